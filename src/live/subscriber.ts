import type { ExecutionResult, GraphQLError } from 'graphql';
import { cursorExpired } from '../event-log/cursor.js';
import type { LogEvent, LogPlace } from '../event-log/log-event.js';
import { type Delivery, follows, type Group, type ReadBehind, type Receiver } from './subscription-group.js';

/** One subscription: first what the log holds behind its cursor, then its group's deliveries as they come. */
export type Subscriber = AsyncIterableIterator<ExecutionResult, undefined> &
  Receiver & {
    /** Up to where everything was handed out: a cursor that loses nothing. */
    place: () => LogPlace;
    /** Ends it; an error is its last result. */
    end: (error?: GraphQLError) => void;
  };

export type SubscriberOptions = {
  readBehind: ReadBehind;
  onEnd: () => void;
};

/** Results that may wait; a reader who is slower goes back to the log, so that memory does not grow with its lag. */
const MAX_WAITING = 1_000;
const MAX_RETRY_MS = 2_000;
/** So often the same events are tried in vain before they are handed out with their failures. */
const MAX_FAILURES = 5;

export function createSubscriber(group: Group, behind: LogPlace, { readBehind, onEnd }: SubscriberOptions): Subscriber {
  const waiting: Delivery[] = [];
  /** The end of what was put into `waiting` or passed over. */
  let taken = behind;
  let handedOut = behind;
  let live = false;
  let ended: { error: GraphQLError | undefined } | null = null;
  let wake: (() => void) | null = null;
  let failures = 0;

  function rouse(): void {
    wake?.();
    wake = null;
  }

  function put(deliveries: Delivery[], end: LogEvent): void {
    for (const delivery of deliveries) {
      if (delivery.position > taken.position) waiting.push(delivery);
    }
    const position = Number(end.position);
    if (position > taken.position) taken = { position, eventId: end.id };
  }

  /** Settles when there is something to do, or after some time. */
  function idle(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Reads on in the log; where that is at its end, the group's deliveries follow without a gap. */
  async function readOn(): Promise<void> {
    const batch = await readBehind(taken.position);
    const end = batch.at(-1);
    if (end && !follows(taken.position, batch)) return stop(cursorExpired());
    if (end) await deliver(batch, end);
    else live = taken.position >= group.delivered();
  }

  async function deliver(batch: LogEvent[], end: LogEvent): Promise<void> {
    try {
      put(await group.work.deliver(batch, { lenient: failures >= MAX_FAILURES }), end);
      failures = 0;
    } catch (error) {
      failures += 1;
      throw error;
    }
  }

  /** The same, again and again while the database is away: whoever waits for events need not notice. */
  async function catchUp(): Promise<void> {
    for (let wait = 100; !ended; wait = Math.min(MAX_RETRY_MS, wait * 2)) {
      try {
        return await readOn();
      } catch {
        await idle(wait);
      }
    }
  }

  function stop(error?: GraphQLError): void {
    if (ended) return;
    ended = { error };
    waiting.length = 0;
    onEnd();
    rouse();
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    place: () => (live && waiting.length === 0 ? taken : handedOut),
    give: (deliveries, last) => {
      if (!live) return;
      if (waiting.length + deliveries.length > MAX_WAITING) live = false;
      else put(deliveries, last);
      rouse();
    },
    fallBehind: () => {
      live = false;
      rouse();
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
          handedOut = delivery;
          return { value: delivery.result, done: false };
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
