import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { cursorExpired } from '../event-log/cursor.js';
import type { LogEntry, LogPart, LogPosition } from '../event-log/log-event.js';
import { type Delivery, fullResultOf, textOf } from './delivery.js';
import { entriesAfter, follows, positionOf, type ReadAfter } from './portion-queue.js';
import type { Receiver, SubscriptionGroup } from './subscription-group.js';

/**
 * One subscription: first the events after its cursor from the log, then the live deliveries of its group. Its results
 * are either taken one by one or iterated over.
 */
export type Subscriber = AsyncIterableIterator<ExecutionResult, undefined> &
  Receiver & {
    /**
     * Hands out the next result. Null if the subscription has ended, or if there is none yet: then `onReady` is called
     * once, as soon as it makes sense to ask again. Without `onReady`, hands out only what is there already.
     */
    take: (onReady?: () => void) => Delivery | null;
    /** Whether everything has been handed out and nothing will follow. */
    ended: () => boolean;
    /** The position up to which every result has been handed out: resuming after it loses nothing. */
    resumePosition: () => LogPosition;
    /** Ends the subscription, with an error as its last result if one is given. */
    end: (error?: GraphQLError) => void;
  };

/** How a subscriber starts, besides its position. */
export type Start = {
  /** What was handed out before of the entry after the position. */
  done?: LogPart | null | undefined;
  /** What is handed out first. Results with the same data as the one before are then left out. */
  first?: Delivery | undefined;
};

export type SubscriberOptions = Start & {
  readAfter: ReadAfter;
  onEnd: () => void;
};

/** Results that may wait. A slower reader goes back to the log, so that memory does not grow with its lag. */
const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 4_000_000;
/** While fewer results wait for a reader of the log, its next events are read ahead. */
const READ_AHEAD = 100;
/** So many entries that matter are delivered together, of so many parts of the log at most. */
const ENOUGH = 500;
const MAX_PARTS = 20;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;
/** How often the same events may fail before they are handed out with their errors. */
const MAX_FAILURES = 5;

/** What subscribers read belongs to the server, not to the request whose event has woken them. */
const outside = new AsyncResource('Subscriber');

/** Creates a subscriber of a group that starts after a position in the log. */
export function createSubscriber(
  group: SubscriptionGroup,
  after: LogPosition,
  { readAfter, done = null, first, onEnd }: SubscriberOptions,
): Subscriber {
  let waiting: Delivery[] = first ? [first] : [];
  let last = first && dataOf(first);
  let waitingBytes = 0;
  /** The last position that was queued in `waiting` or skipped. While the subscriber is live, the group's counts too. */
  let queued = after;
  let handedOut = after;
  let live = false;
  let readingLog = false;
  let ended = false;
  let wake: (() => void) | null = null;
  let failures = 0;

  function wakeUp(): void {
    const call = wake;
    wake = null;
    call?.();
  }

  function enqueue(deliveries: Delivery[]): void {
    if (ended) return;
    for (const delivery of deliveries) {
      if (delivery.position <= queued.position || isDone(delivery, done) || repeats(delivery)) continue;
      waiting.push(delivery);
      waitingBytes += delivery.bytes;
    }
  }

  /** Whether a delivery has the data of the one before, for a subscriber that gets only what is different. */
  function repeats(delivery: Delivery): boolean {
    if (!first || !delivery.result || delivery.result.errors) return false;
    const data = dataOf(delivery);
    const same = data === last;
    last = data;
    return same;
  }

  /** What has been queued or skipped so far. */
  function reached(): LogPosition {
    const delivered = group.delivered();
    return live && delivered.position > queued.position ? delivered : queued;
  }

  function leaveGroup(): void {
    queued = reached();
    live = false;
  }

  /** Reads on in the log, up to its end or until enough matters. At its end the group's deliveries follow without a gap. */
  async function readNextBatch(): Promise<void> {
    let end = queued;
    const found: LogEntry[] = [];
    for (let parts = 0; !ended && parts < MAX_PARTS && found.length < ENOUGH; parts += 1) {
      const read = await readAfter(end.position);
      const batch = entriesAfter(end.position, read);
      const last = batch.at(-1);
      // What was found before it is delivered first.
      if (!follows(end.position, batch) && end === queued) return stop(cursorExpired());
      if (!last || !follows(end.position, batch)) break;
      found.push(...entriesAfter(end.position, await counted(() => select(read))));
      end = positionOf(last);
      if (end.position >= group.delivered().position) break;
    }
    if (found.length > 0)
      enqueue(await counted(() => group.work.deliver(found, { lenient: isLenient(), alone: true })));
    queued = end;
    failures = 0;
    live = queued.position >= group.delivered().position;
  }

  const isLenient = () => failures >= MAX_FAILURES;

  /** What the group is asked about. If that cannot be told again and again, everything. */
  const select = (read: readonly LogEntry[]) => (isLenient() ? read : group.select(read));

  async function counted<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      failures += 1;
      throw error;
    }
  }

  /**
   * Reads the log until enough waits to be handed out, or until its end, and retries while the database is away: the
   * client does not have to notice.
   */
  async function catchUp(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (lacks()) {
      try {
        await readNextBatch();
        if (waiting.length > 0) wakeUp();
        retryMs = FIRST_RETRY_MS;
      } catch {
        await sleep(retryMs, undefined, { ref: false });
        retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
      }
    }
    readingLog = false;
    wakeUp();
  }

  /** Whether the log has to be read for what is handed out next. */
  function lacks(): boolean {
    return !ended && !live && waiting.length < READ_AHEAD && waitingBytes < MAX_WAITING_BYTES;
  }

  function readAhead(): void {
    if (readingLog || !lacks()) return;
    readingLog = true;
    void outside.runInAsyncScope(catchUp);
  }

  function stop(error?: GraphQLError): void {
    if (ended) return;
    ended = true;
    waiting = error ? [{ ...handedOut, result: { errors: [error] }, bytes: 0 }] : [];
    waitingBytes = 0;
    onEnd();
    wakeUp();
  }

  function isOver(): boolean {
    return ended && waiting.length === 0;
  }

  function take(onReady?: () => void): Delivery | null {
    const delivery = waiting.shift();
    if (delivery) {
      waitingBytes -= delivery.bytes;
      // Unless the rest of its entry is still to come.
      if (delivery.part === undefined) handedOut = delivery;
      if (!delivery.result) stop();
      else readAhead();
    }
    if (delivery?.result) return delivery;
    if (ended || !onReady) return null;
    wake = onReady;
    readAhead();
    return null;
  }

  return {
    resumePosition: () => (live && waiting.length === 0 ? reached() : handedOut),
    receive: (deliveries) => {
      if (!live) return;
      if (waiting.length + deliveries.length > MAX_WAITING || waitingBytes > MAX_WAITING_BYTES) leaveGroup();
      else enqueue(deliveries);
      wakeUp();
    },
    fallBehind: () => {
      leaveGroup();
      wakeUp();
    },
    ended: isOver,
    end: stop,
    take,
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () =>
      new Promise((resolve) => {
        const goOn = () => {
          const delivery = take(goOn);
          if (delivery?.result) resolve({ value: resultOf(delivery), done: false });
          else if (isOver()) resolve({ value: undefined, done: true });
        };
        goOn();
      }),
    return: async () => {
      stop();
      return { value: undefined, done: true };
    },
  };
}

/** A result that Yoga, which calls `stringify` where there is one, turns into text once for all subscribers. */
function resultOf(delivery: Delivery): ExecutionResult {
  const result = fullResultOf(delivery) ?? {};
  // Yoga still has to mask errors.
  if (result.errors) return result;
  const shared = { ...result, stringify: () => textOf(delivery) };
  return shared;
}

function dataOf(delivery: Delivery): string {
  return JSON.stringify(fullResultOf(delivery)?.data);
}

function isDone({ position, part }: Delivery, done: LogPart | null): boolean {
  return done !== null && position === done.position && part !== undefined && part <= done.part;
}
