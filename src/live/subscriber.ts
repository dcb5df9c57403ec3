import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { cursorExpired } from '../event-log/cursor.js';
import type { LogEntry, LogPart, LogPosition } from '../event-log/log-event.js';
import { type Delivery, fullResultOf, textOf } from './delivery.js';
import { entriesAfter, follows, positionOf } from './portion-queue.js';
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

export type SubscriberOptions = Start & { onEnd: () => void };

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
export function createSubscriber(group: SubscriptionGroup, after: LogPosition, options: SubscriberOptions): Subscriber {
  return new GroupSubscriber(group, after, options);
}

/** A class, because there may be tens of thousands: as closures, its methods would take more than all else of it. */
class GroupSubscriber implements Subscriber {
  private readonly group: SubscriptionGroup;
  private readonly onEnd: () => void;
  /** What was handed out before of the entry after the position. */
  private readonly done: LogPart | null;
  /** Whether results with the data of the one before are left out, and that data. */
  private readonly onlyDifferent: boolean;
  private last: string | undefined;
  private waiting: Delivery[];
  private waitingBytes = 0;
  /** The last position that was queued in `waiting` or skipped. While the subscriber is live, the group's counts too. */
  private queued: LogPosition;
  private handedOut: LogPosition;
  private live = false;
  private readingLog = false;
  private over = false;
  private wake: (() => void) | null = null;
  private failures = 0;

  constructor(group: SubscriptionGroup, after: LogPosition, { done = null, first, onEnd }: SubscriberOptions) {
    this.group = group;
    this.onEnd = onEnd;
    this.done = done;
    this.onlyDifferent = first !== undefined;
    this.last = first && dataOf(first);
    this.waiting = first ? [first] : [];
    this.queued = after;
    this.handedOut = after;
  }

  resumePosition(): LogPosition {
    return this.live && this.waiting.length === 0 ? this.reached() : this.handedOut;
  }

  receive(deliveries: Delivery[]): void {
    if (!this.live) return;
    if (this.waiting.length + deliveries.length > MAX_WAITING || this.waitingBytes > MAX_WAITING_BYTES) {
      this.leaveGroup();
    } else this.enqueue(deliveries);
    this.wakeUp();
  }

  fallBehind(): void {
    this.leaveGroup();
    this.wakeUp();
  }

  ended(): boolean {
    return this.over && this.waiting.length === 0;
  }

  end(error?: GraphQLError): void {
    if (this.over) return;
    this.over = true;
    this.waiting = error ? [{ ...this.handedOut, result: { errors: [error] }, bytes: 0 }] : [];
    this.waitingBytes = 0;
    this.onEnd();
    this.wakeUp();
  }

  take(onReady?: () => void): Delivery | null {
    const delivery = this.waiting.shift();
    if (delivery) {
      this.waitingBytes -= delivery.bytes;
      // Unless the rest of its entry is still to come.
      if (delivery.part === undefined) this.handedOut = delivery;
      if (!delivery.result) this.end();
      else this.readAhead();
    }
    if (delivery?.result) return delivery;
    if (this.over || !onReady) return null;
    this.wake = onReady;
    this.readAhead();
    return null;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    return new Promise((resolve) => {
      const goOn = () => {
        const delivery = this.take(goOn);
        if (delivery?.result) resolve({ value: resultOf(delivery), done: false });
        else if (this.ended()) resolve({ value: undefined, done: true });
      };
      goOn();
    });
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.end();
    return { value: undefined, done: true };
  }

  private wakeUp(): void {
    const call = this.wake;
    this.wake = null;
    call?.();
  }

  private enqueue(deliveries: Delivery[]): void {
    if (this.over) return;
    for (const delivery of deliveries) {
      if (delivery.position <= this.queued.position || isDone(delivery, this.done) || this.repeats(delivery)) continue;
      this.waiting.push(delivery);
      this.waitingBytes += delivery.bytes;
    }
  }

  /** Whether a delivery has the data of the one before, for a subscriber that gets only what is different. */
  private repeats(delivery: Delivery): boolean {
    if (!this.onlyDifferent || !delivery.result || delivery.result.errors) return false;
    const data = dataOf(delivery);
    const same = data === this.last;
    this.last = data;
    return same;
  }

  /** What has been queued or skipped so far. */
  private reached(): LogPosition {
    const delivered = this.group.delivered();
    return this.live && delivered.position > this.queued.position ? delivered : this.queued;
  }

  private leaveGroup(): void {
    this.queued = this.reached();
    this.live = false;
  }

  /** Reads on in the log, up to its end or until enough matters. At its end the group's deliveries follow without a gap. */
  private async readNextBatch(): Promise<void> {
    const { group } = this;
    let end = this.queued;
    const found: LogEntry[] = [];
    for (let parts = 0; !this.over && parts < MAX_PARTS && found.length < ENOUGH; parts += 1) {
      const read = await group.readAfter(end.position);
      const batch = entriesAfter(end.position, read);
      const last = batch.at(-1);
      // What was found before it is delivered first.
      if (!follows(end.position, batch) && end === this.queued) return this.end(cursorExpired());
      if (!last || !follows(end.position, batch)) break;
      found.push(...entriesAfter(end.position, await this.counted(() => this.select(read))));
      end = positionOf(last);
      if (end.position >= group.delivered().position) break;
    }
    if (found.length > 0) {
      this.enqueue(await this.counted(() => group.work.deliver(found, { lenient: this.isLenient(), alone: true })));
    }
    this.queued = end;
    this.failures = 0;
    this.live = this.queued.position >= group.delivered().position;
  }

  private isLenient(): boolean {
    return this.failures >= MAX_FAILURES;
  }

  /** What the group is asked about. If that cannot be told again and again, everything. */
  private select(read: readonly LogEntry[]): readonly LogEntry[] | Promise<readonly LogEntry[]> {
    return this.isLenient() ? read : this.group.select(read);
  }

  private async counted<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.failures += 1;
      throw error;
    }
  }

  /**
   * Reads the log until enough waits to be handed out, or until its end, and retries while the database is away: the
   * client does not have to notice.
   */
  private async catchUp(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (this.lacks()) {
      try {
        await this.readNextBatch();
        if (this.waiting.length > 0) this.wakeUp();
        retryMs = FIRST_RETRY_MS;
      } catch {
        await sleep(retryMs, undefined, { ref: false });
        retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
      }
    }
    this.readingLog = false;
    this.wakeUp();
  }

  /** Whether the log has to be read for what is handed out next. */
  private lacks(): boolean {
    return !this.over && !this.live && this.waiting.length < READ_AHEAD && this.waitingBytes < MAX_WAITING_BYTES;
  }

  private readAhead(): void {
    if (this.readingLog || !this.lacks()) return;
    this.readingLog = true;
    void outside.runInAsyncScope(this.catchUp, this);
  }
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
