import type { ExecutionResult, GraphQLError } from 'graphql';
import { cursorExpired } from '../event-log/cursor.js';
import type { LogEvent, LogPosition } from '../event-log/log-event.js';
import { type Delivery, follows, type ReadAfter, type Receiver, type SubscriptionGroup } from './subscription-group.js';

/** One subscription: first the events after its cursor from the log, then the live deliveries of its group. */
export type Subscriber = AsyncIterableIterator<ExecutionResult, undefined> &
  Receiver & {
    /** The position up to which every result has been handed out: resuming after it loses nothing. */
    resumePosition: () => LogPosition;
    /** Ends the subscription, with an error as its last result if one is given. */
    end: (error?: GraphQLError) => void;
  };

export type SubscriberOptions = {
  readAfter: ReadAfter;
  onEnd: () => void;
};

/** Results that may wait. A slower reader goes back to the log, so that memory does not grow with its lag. */
const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 4_000_000;
const MAX_RETRY_MS = 2_000;
/** How often the same events may fail before they are handed out with their errors. */
const MAX_FAILURES = 5;

/** Creates a subscriber of a group that starts after a position in the log. */
export function createSubscriber(
  group: SubscriptionGroup,
  after: LogPosition,
  { readAfter, onEnd }: SubscriberOptions,
): Subscriber {
  const waiting: Delivery[] = [];
  let waitingBytes = 0;
  /** The last position that was queued in `waiting` or skipped. */
  let queued = after;
  let handedOut = after;
  let live = false;
  let ended: { error: GraphQLError | undefined } | null = null;
  let wake: (() => void) | null = null;
  let failures = 0;

  function wakeUp(): void {
    wake?.();
    wake = null;
  }

  function enqueue(deliveries: Delivery[], end: LogEvent): void {
    for (const delivery of deliveries) {
      if (delivery.position <= queued.position) continue;
      waiting.push(delivery);
      waitingBytes += delivery.bytes;
    }
    const position = Number(end.position);
    if (position > queued.position) queued = { position, eventId: end.id };
  }

  /** Settles on `wakeUp`, or after `ms` milliseconds if given. */
  function idle(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Reads the next batch of the log. At its end the group's deliveries follow without a gap. */
  async function readNextBatch(): Promise<void> {
    const batch = await readAfter(queued.position);
    const end = batch.at(-1);
    if (end && !follows(queued.position, batch)) return stop(cursorExpired());
    if (end) await deliver(batch, end);
    else live = queued.position >= group.delivered();
  }

  async function deliver(batch: LogEvent[], end: LogEvent): Promise<void> {
    try {
      enqueue(await group.work.deliver(batch, { lenient: failures >= MAX_FAILURES }), end);
      failures = 0;
    } catch (error) {
      failures += 1;
      throw error;
    }
  }

  /** Reads the next batch, and retries while the database is away: the client does not have to notice. */
  async function catchUp(): Promise<void> {
    for (let wait = 100; !ended; wait = Math.min(MAX_RETRY_MS, wait * 2)) {
      try {
        return await readNextBatch();
      } catch {
        await idle(wait);
      }
    }
  }

  function stop(error?: GraphQLError): void {
    if (ended) return;
    ended = { error };
    waiting.length = 0;
    waitingBytes = 0;
    onEnd();
    wakeUp();
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    resumePosition: () => (live && waiting.length === 0 ? queued : handedOut),
    receive: (deliveries, end) => {
      if (!live) return;
      if (waiting.length + deliveries.length > MAX_WAITING || waitingBytes > MAX_WAITING_BYTES) live = false;
      else enqueue(deliveries, end);
      // Most batches hold nothing for most subscriptions: waking all of them would cost more than all results.
      if (!live || deliveries.length > 0) wakeUp();
    },
    fallBehind: () => {
      live = false;
      wakeUp();
    },
    end: stop,
    next: async () => {
      for (;;) {
        if (ended?.error) {
          const errors = [ended.error];
          ended = { error: undefined };
          return { value: { errors }, done: false };
        }
        if (ended) return { value: undefined, done: true };
        const delivery = waiting.shift();
        if (delivery) {
          waitingBytes -= delivery.bytes;
          handedOut = delivery;
          if (delivery.result) return { value: delivery.result, done: false };
          stop();
          continue;
        }
        if (!live) {
          await catchUp();
          continue;
        }
        await idle();
      }
    },
    return: async () => {
      stop();
      return { value: undefined, done: true };
    },
  };
}
