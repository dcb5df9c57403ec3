import { GraphQLError } from 'graphql';
import type { LoopDelay } from '../lib/loop-delay.js';

/** Why work is refused: too much waits, or the event loop is late. */
type ShedReason = 'waiting' | 'event_loop';

export type AdmissionOptions = {
  /** How many requests and operations over sockets may wait for their response. */
  maxWaiting: number;
  /** How late the event loop may be, on average, in milliseconds; 0 for no limit. */
  maxLoopDelayMs: number;
  loopDelay: Pick<LoopDelay, 'recentMs'>;
  onShed: (reason: ShedReason) => void;
};

/** Refuses work that would have to wait too long, before anything is spent on it. */
export type Admission = {
  /** Why new work is refused at the moment; null if it is not. Call it once for each: refusals are counted. */
  refusal: () => ShedReason | null;
  /** Counts work that waits for its response, as long as it does. Returns how to end that. */
  enter: (isWaiting?: () => boolean) => () => void;
};

/** What all are told that are refused. */
export const OVERLOADED =
  'The server has more requests than it can answer in time. Nothing was done. Try again in a second.';

/** The error for an operation that is refused. */
export function overloaded(): GraphQLError {
  return new GraphQLError(OVERLOADED, { extensions: { code: 'SERVICE_UNAVAILABLE' } });
}

/** Decides what is admitted, for HTTP and sockets together. */
export function createAdmission({ maxWaiting, maxLoopDelayMs, loopDelay, onShed }: AdmissionOptions): Admission {
  const entered = new Set<() => boolean>();
  let late = false;

  /** Ends at half the limit, so that it does not come and go with every measurement. */
  function isLate(): boolean {
    if (maxLoopDelayMs > 0) late = loopDelay.recentMs() > (late ? maxLoopDelayMs / 2 : maxLoopDelayMs);
    return late;
  }

  function reason(): ShedReason | null {
    const isFull = entered.size >= maxWaiting && [...entered].filter((isWaiting) => isWaiting()).length >= maxWaiting;
    if (isFull) return 'waiting';
    return isLate() ? 'event_loop' : null;
  }

  return {
    refusal: () => {
      const why = reason();
      if (why) onShed(why);
      return why;
    },
    enter: (isWaiting = () => true) => {
      // A function of its own, for the same one may be given twice.
      const entry = () => isWaiting();
      entered.add(entry);
      return () => void entered.delete(entry);
    },
  };
}
