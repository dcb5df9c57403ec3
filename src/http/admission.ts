import { GraphQLError } from 'graphql';
import { withoutStack } from '../lib/errors.js';
import type { LoopLoad } from '../lib/loop-load.js';
import { createCallers } from './callers.js';
import { createPressure } from './pressure.js';
import { createSlowdown } from './slowdown.js';
import { LEAST_LIMIT, nextLimit, SLOW } from './work-limit.js';

/** Why work is refused: too much waits, it queued for too long, or the event loop is late. */
type ShedReason = 'waiting' | 'queue' | 'event_loop';

export type AdmissionOptions = {
  /** How many requests and operations over sockets may wait for their response. */
  maxWaiting: number;
  /** How late the event loop may be, on average, in milliseconds; 0 for no limit. */
  maxLoopDelayMs: number;
  /** Whether work begins in turns, and what queues for too long is refused, while there is more than can be done. */
  refusesQueues: boolean;
  loopLoad: Pick<LoopLoad, 'delayMs' | 'utilization'>;
  onShed: (reason: ShedReason) => void;
  /** Default: the process's own. */
  time?: AdmissionTime;
};

/** How time passes, in milliseconds. */
type AdmissionTime = {
  now: () => number;
  /** Does something again and again. Returns how to end that. */
  every: (ms: number, act: () => void) => () => void;
};

const processTime: AdmissionTime = {
  now: () => performance.now(),
  every: (ms, act) => {
    const timer = setInterval(act, ms).unref();
    return () => clearInterval(timer);
  },
};

/** Ends work. What it has cost, in points, has its caller wait for others while there is too much. */
export type Leave = (cost?: number) => void;

/** Work that can wait for its turn. */
type Turn = {
  caller: string;
  /** Called at once or later, unless the work is refused. */
  begin: (leave: Leave) => void;
  /** Called instead. */
  refuse: () => void;
  /** Whether it still waits for its response once it has begun. An event stream does not, and never will again. */
  isWaiting: () => boolean;
};

/** Decides what work begins, and when, and refuses what would have to wait too long before anything is spent on it. */
export type Admission = {
  /** Begins work when it is its turn, or refuses it. Returns how to withdraw it, which does nothing once it has begun. */
  take: (turn: Turn) => () => void;
  /** Why work that cannot wait for a turn is refused; null if it is not. Call it once for each: refusals are counted. */
  refusal: (caller: string) => ShedReason | null;
  /** Counts work of a caller that did not wait for a turn, as long as it is there. */
  enter: (caller: string) => Leave;
  /** Notes how long an operation took, in milliseconds; `key` is the same object for operations that are alike. */
  note: (key: object, ms: number) => void;
  stop: () => void;
};

/** How often the limit of work at once is adjusted. */
const WINDOW_MS = 25;
/** How often it is asked whether operations take longer than usual, in windows. */
const SLOWDOWN_WINDOWS = 4;
/** How long work may queue while there is too much, in milliseconds. Otherwise it may queue until there is. */
const PATIENCE_MS = 14;
/** What takes longer waits for something else than the event loop, and need not keep others from it. */
const LONG_MS = 250;
/** The part of the limit that one caller may take while others queue, and of what may wait that it may have queue. */
const SHARE_OF_CALLER = 1 / 4;

/** So much of a caller at once tells of too much, if there is more of the same of others. */
const TELLING = 2;

/** Less than any operation that reads or writes something, in points: nobody need wait for others who have cost less. */
const LITTLE = 1_000;

/** How many times more than nearly all an honest caller may have cost: who asks a little more often is not to wait for ever. */
const ALIKE = 5;

/** What all are told that are refused. */
export const OVERLOADED =
  'The server has more requests than it can answer in time. Nothing was done. Try again in a second.';

/** The error for an operation that is refused. */
export function overloaded(): GraphQLError {
  return withoutStack(() => new GraphQLError(OVERLOADED, { extensions: { code: 'SERVICE_UNAVAILABLE' } }));
}

type Begun = { caller: string; since: number; isWaiting: () => boolean; counts: boolean };
/** `tells`: whether it counts for how much comes and is done. */
type Queued = Turn & { since: number; tells: boolean };

/** Decides what is admitted, for HTTP and sockets together. */
export function createAdmission(options: AdmissionOptions): Admission {
  const { maxWaiting, maxLoopDelayMs, refusesQueues, loopLoad, onShed, time = processTime } = options;
  const begun = new Set<Begun>();
  const queue: Queued[] = [];
  const callers = createCallers();
  const pressure = createPressure();
  const slowdown = createSlowdown(() => begun.size);
  const queuedAtMost = Math.max(1, maxWaiting * SHARE_OF_CALLER);
  let limit = Math.min(LEAST_LIMIT, maxWaiting);
  let windows = 0;
  let slow = 1;
  let late = false;
  let lastBegan = 0;
  const stop = refusesQueues ? time.every(WINDOW_MS, adjust) : () => undefined;

  function adjust(): void {
    const now = time.now();
    windows += 1;
    if (windows % SLOWDOWN_WINDOWS === 0) slow = slowdown.take();
    for (const work of begun) {
      if (!work.isWaiting()) end(work);
      else if (slow < SLOW && now - work.since > LONG_MS) uncount(work);
    }
    const heldUp = queue.find(isHeldUp);
    pressure.look(now, heldUp ? now - heldUp.since : null);
    callers.fade(now);
    const seen = {
      utilization: loopLoad.utilization(),
      slowdown: slow,
      atOnce: callers.counted(),
      queued: queue.length,
      overloaded: pressure.isTooMuch(),
    };
    limit = nextLimit(limit, seen, maxWaiting);
    beginNext();
  }

  /** Whether it waits for others. What a caller has wait for itself is no reason to refuse anybody. */
  function isHeldUp({ caller, tells }: Queued): boolean {
    return tells && callers.own(caller) === 0 && !callers.isGreedy(caller);
  }

  /** Whether what comes of a caller tells of too much, of which a few callers' floods alone are no sign. */
  function tells(caller: string): boolean {
    return callers.own(caller) + callers.queued(caller) < TELLING && !callers.isGreedy(caller);
  }

  function refuseOld(): void {
    const latest = time.now() - PATIENCE_MS;
    const kept = queue.findIndex(({ since }) => since > latest);
    for (const queued of queue.splice(0, kept < 0 ? queue.length : kept)) {
      callers.unqueue(queued.caller);
      onShed('queue');
      if (queued.tells) pressure.refused();
      queued.refuse();
    }
  }

  function uncount(work: Begun): void {
    if (!work.counts) return;
    work.counts = false;
    callers.leave(work.caller);
  }

  function end(work: Begun): void {
    if (begun.delete(work)) uncount(work);
  }

  function enter(caller: string, isWaiting: () => boolean, told: boolean): Leave {
    const work: Begun = { caller, since: time.now(), isWaiting, counts: true };
    begun.add(work);
    callers.enter(caller);
    return (cost = 0) => {
      end(work);
      callers.charge(caller, cost);
      if (told) pressure.done();
      if (queue.length > 0) beginNext();
    };
  }

  function begin(turn: Turn, told: boolean): void {
    lastBegan = time.now();
    turn.begin(enter(turn.caller, turn.isWaiting, told));
  }

  function beginNext(): void {
    if (pressure.isTooMuch()) refuseOld();
    while (queue.length > 0 && mayBegin()) {
      const [next] = queue.splice(indexOfNext(), 1);
      if (!next) continue;
      callers.unqueue(next.caller);
      begin(next, next.tells);
      if (!queue.some(isHeldUp)) pressure.emptied();
    }
  }

  /** Also while all that has begun waits for something that does not come: some work goes on. */
  function mayBegin(): boolean {
    return !refusesQueues || callers.counted() < limit || time.now() - lastBegan >= PATIENCE_MS;
  }

  /**
   * Of callers that have not their share, one that has cost least lately, or not much more than that or than callers do: who
   * came first, but while more and more queue, who came last, because not all can be answered in time.
   */
  function indexOfNext(): number {
    const share = Math.max(1, limit * SHARE_OF_CALLER);
    const costs = queue.map(({ caller }) => (callers.own(caller) < share ? callers.cost(caller) : Infinity));
    const most = Math.max(ALIKE * callers.low(), 2 * Math.max(LITTLE, Math.min(...costs)));
    const isNext = (cost: number) => cost <= most;
    return pressure.isGrowing() || pressure.isTooMuch() ? costs.findLastIndex(isNext) : costs.findIndex(isNext);
  }

  /** Ends at half the limit, so that it does not come and go with every measurement. */
  function isLate(): boolean {
    if (maxLoopDelayMs > 0) late = loopLoad.delayMs() > (late ? maxLoopDelayMs / 2 : maxLoopDelayMs);
    return late;
  }

  /** `withoutTurn`: whether it would begin at once. */
  function refusal(caller: string, withoutTurn: boolean): ShedReason | null {
    const isRefused = withoutTurn ? callers.counted() >= limit : queue.length > 0 && callers.isGreedy(caller);
    const why =
      (begun.size + queue.length >= maxWaiting && 'waiting') ||
      (((pressure.isTooMuch() && isRefused) || callers.queued(caller) >= queuedAtMost) && 'queue') ||
      (isLate() && 'event_loop') ||
      null;
    if (why === 'queue' && tells(caller)) pressure.refused();
    if (why) onShed(why);
    return why;
  }

  return {
    take: (turn) => {
      const told = tells(turn.caller);
      if (told) pressure.arrived();
      if (refusal(turn.caller, false)) turn.refuse();
      else if (queue.length === 0 && mayBegin()) begin(turn, told);
      else {
        const queued = { ...turn, since: time.now(), tells: told };
        queue.push(queued);
        callers.queue(turn.caller);
        return () => {
          const index = queue.indexOf(queued);
          if (index < 0) return;
          queue.splice(index, 1);
          callers.unqueue(turn.caller);
        };
      }
      return () => undefined;
    },
    refusal: (caller) => refusal(caller, true),
    enter: (caller) => {
      const told = tells(caller);
      if (told) pressure.arrived();
      return enter(caller, () => true, told);
    },
    note: (key, ms) => {
      if (refusesQueues) slowdown.note(key, ms);
    },
    stop,
  };
}
