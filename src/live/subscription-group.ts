import type { LogEntry, LogPosition } from '../event-log/log-event.js';
import type { Delivery } from './delivery.js';
import type { Following, LogFollower } from './log-follower.js';

/** What equal subscriptions have in common. */
export type SharedWork = {
  /** Subscriptions with equal keys get equal results. */
  key: string;
  workspaceId: string;
  /** Whether an event may matter to the subscription, as far as the event alone tells. Default: each may. */
  concerns?: (event: LogEntry) => boolean;
  /**
   * Selects the events that the subscription asks for and its viewer may see, and executes the operation for each. If
   * an event fails unexpectedly, for example because the database is away, the whole batch rejects and can be retried;
   * with `lenient` the failure becomes part of that event's result.
   */
  deliver: (batch: LogEntry[], options?: { lenient: boolean }) => Promise<Delivery[]>;
};

/** A subscriber as its group sees it. */
export type Receiver = {
  /** Takes the results of a batch, before the group's position advances to its end. */
  receive: (deliveries: Delivery[]) => void;
  /** Deliveries after the group's position may have been missed: the receiver has to read the log itself. */
  fallBehind: () => void;
};

/** Equal subscriptions, for which each event is executed once. */
export type SubscriptionGroup = {
  work: SharedWork;
  receivers: Set<Receiver>;
  /** The position up to which the receivers have been given everything. */
  delivered: () => LogPosition;
  following: Following;
};

/** Reads the next events after a position, oldest first; empty at the end of the log. */
export type ReadAfter = (position: number) => Promise<LogEntry[]>;

/** Whether a batch starts right after a position. Positions have no gaps, so missing ones were trimmed. */
export function follows(position: number, batch: readonly LogEntry[]): boolean {
  return batch.length === 0 || Number(batch[0]?.position) === position + 1;
}

/** The position of an event in the log. */
export function positionOf({ position, id }: LogEntry): LogPosition {
  return { position: Number(position), eventId: id };
}

/** Batches that may wait for execution. A group that is slower goes back to the log, once for all its receivers. */
const MAX_BACKLOG = 8;

/** Starts to follow the log for a group of equal subscriptions. */
export async function openSubscriptionGroup(
  logFollower: LogFollower,
  work: SharedWork,
  readAfter: ReadAfter,
): Promise<SubscriptionGroup> {
  const { concerns = () => true } = work;
  const receivers = new Set<Receiver>();
  let backlog: LogEntry[][] = [];
  /** Whether batches were dropped and have to be read from the log. */
  let overrun = false;
  let working = false;
  let delivered: LogPosition = { position: Number.POSITIVE_INFINITY, eventId: null };

  async function nextBatch(): Promise<LogEntry[] | undefined> {
    while (overrun) {
      // From here on batches wait in the backlog again; events that the log returns too are recognized by position.
      overrun = false;
      backlog = [];
      const batch = await readAfter(delivered.position);
      if (batch.length === 0) continue;
      overrun = true;
      return batch;
    }
    return backlog.shift();
  }

  async function deliverBatch(batch: LogEntry[]): Promise<void> {
    const fresh = batch.filter(({ position }) => Number(position) > delivered.position);
    const end = fresh.at(-1);
    if (!end) return;
    if (!follows(delivered.position, fresh)) throw new Error('The log was trimmed before it was read.');
    const deliveries = fresh.some(concerns) ? await work.deliver(fresh) : [];
    if (deliveries.length > 0) for (const receiver of receivers) receiver.receive(deliveries);
    delivered = positionOf(end);
  }

  async function deliverBacklog(): Promise<void> {
    working = true;
    try {
      for (let batch = await nextBatch(); batch; batch = await nextBatch()) await deliverBatch(batch);
    } catch {
      // Each receiver retries on its own, and reads what is dropped here from the log.
      backlog = [];
      overrun = false;
      for (const receiver of receivers) receiver.fallBehind();
      delivered = following.reached();
    } finally {
      working = false;
    }
  }

  function take(batch: LogEntry[]): void {
    const end = batch.at(-1);
    // Most batches hold nothing for most groups: they only move on.
    if (!working && end && follows(delivered.position, batch) && !batch.some(concerns)) {
      delivered = positionOf(end);
      return;
    }
    if (backlog.length < MAX_BACKLOG) backlog.push(batch);
    else overrun = true;
    if (!working) void deliverBacklog();
  }

  const following = await logFollower.follow(work.workspaceId, take);
  delivered = following.reached();
  return { work, receivers, delivered: () => delivered, following };
}
