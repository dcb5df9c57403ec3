import { GraphQLError } from 'graphql';
import type { LoopLoad } from '../lib/loop-load.js';
import { createSlowdown } from './slowdown.js';
import { nextLimit, type WorkLimit } from './work-limit.js';

/** Why work is refused: too much waits, it would queue, or the event loop is late. */
type ShedReason = 'waiting' | 'queue' | 'event_loop';

export type AdmissionOptions = {
  /** How many requests and operations over sockets may wait for their response. */
  maxWaiting: number;
  /** How late the event loop may be, on average, in milliseconds; 0 for no limit. */
  maxLoopDelayMs: number;
  /** Whether to refuse work that would queue while the process or the database cannot keep up. */
  refusesQueues: boolean;
  loopLoad: Pick<LoopLoad, 'delayMs' | 'utilization'>;
  onShed: (reason: ShedReason) => void;
};

/** Refuses work that would have to wait too long, before anything is spent on it. */
export type Admission = {
  /** Why new work of a caller is refused at the moment; null if it is not. Call it once for each: refusals are counted. */
  refusal: (caller: string) => ShedReason | null;
  /** Counts work of a caller that waits for its response, as long as it does. Returns how to end that. */
  enter: (caller: string, isWaiting?: () => boolean) => () => void;
  /** Notes how long an operation took, in milliseconds; `key` is the same object for operations that are alike. */
  note: (key: object, ms: number) => void;
  stop: () => void;
};

/** How often the limit of work at once is adjusted. */
const WINDOW_MS = 100;
/** So much work of a caller counts against others, so that what one has waiting does not have others refused. */
const COUNTED_PER_CALLER = 4;
/** The part of the limit that one caller may take during overload. */
const SHARE_OF_CALLER = 1 / 4;

/** What all are told that are refused. */
export const OVERLOADED =
  'The server has more requests than it can answer in time. Nothing was done. Try again in a second.';

/** The error for an operation that is refused. */
export function overloaded(): GraphQLError {
  return new GraphQLError(OVERLOADED, { extensions: { code: 'SERVICE_UNAVAILABLE' } });
}

/** Decides what is admitted, for HTTP and sockets together. */
export function createAdmission(options: AdmissionOptions): Admission {
  const { maxWaiting, maxLoopDelayMs, refusesQueues, loopLoad, onShed } = options;
  const entered = new Map<() => boolean, string>();
  const callers = new Map<string, number>();
  /** The work that is there, without what counts against its own caller only. */
  let counted = 0;
  let late = false;
  let allowed: WorkLimit = { limit: maxWaiting, overloaded: false };
  let leastWork = 0;
  let done = 0;
  let refused = 0;
  const slowdown = createSlowdown(() => entered.size);
  const timer = refusesQueues ? setInterval(adjust, WINDOW_MS).unref() : undefined;

  function adjust(): void {
    forgetAnswered();
    const seen = {
      utilization: loopLoad.utilization(),
      slowdown: slowdown.take(),
      leastWork: Math.min(leastWork, entered.size),
      done,
      refused,
    };
    done = 0;
    refused = 0;
    allowed = nextLimit(allowed, seen, maxWaiting);
    leastWork = entered.size;
  }

  /** An event stream that has begun does not wait, and never will again. */
  function forgetAnswered(): void {
    for (const isWaiting of entered.keys()) if (!isWaiting()) forget(isWaiting);
  }

  function forget(entry: () => boolean): void {
    const caller = entered.get(entry);
    if (caller === undefined) return;
    entered.delete(entry);
    const left = (callers.get(caller) ?? 1) - 1;
    if (left > 0) callers.set(caller, left);
    else callers.delete(caller);
    if (left < COUNTED_PER_CALLER) counted -= 1;
  }

  /** Ends at half the limit, so that it does not come and go with every measurement. */
  function isLate(): boolean {
    if (maxLoopDelayMs > 0) late = loopLoad.delayMs() > (late ? maxLoopDelayMs / 2 : maxLoopDelayMs);
    return late;
  }

  function wouldQueue(caller: string): boolean {
    const { limit, overloaded } = allowed;
    const own = callers.get(caller) ?? 0;
    if (overloaded && own >= Math.ceil(limit * SHARE_OF_CALLER)) return true;
    const isModest = own < COUNTED_PER_CALLER && counted < limit;
    return entered.size >= limit && !isModest;
  }

  function reason(caller: string): ShedReason | null {
    if (entered.size >= allowed.limit) forgetAnswered();
    if (entered.size >= maxWaiting) return 'waiting';
    if (wouldQueue(caller)) return 'queue';
    return isLate() ? 'event_loop' : null;
  }

  return {
    refusal: (caller) => {
      const why = reason(caller);
      if (why === 'queue') refused += 1;
      if (why) onShed(why);
      return why;
    },
    enter: (caller, isWaiting = () => true) => {
      // A function of its own, for the same one may be given twice.
      const entry = () => isWaiting();
      entered.set(entry, caller);
      const before = callers.get(caller) ?? 0;
      callers.set(caller, before + 1);
      if (before < COUNTED_PER_CALLER) counted += 1;
      return () => {
        forget(entry);
        done += 1;
        leastWork = Math.min(leastWork, entered.size);
      };
    },
    note: (key, ms) => {
      if (refusesQueues) slowdown.note(key, ms);
    },
    stop: () => clearInterval(timer),
  };
}
