import type { ExecutionResult } from 'graphql';
import type { LogEvent } from '../event-log/log-event.js';
import type { Following, Tail } from './log-follower.js';

/** The result for one event. */
export type Delivery = { position: number; eventId: string; result: ExecutionResult };

/** What equal subscriptions have in common. */
export type SharedWork = {
  /** Equal keys mean equal results. */
  key: string;
  workspaceId: string;
  /**
   * Picks the events that are wanted and may be seen, and executes the operation for each. An unexpected failure, as of
   * the database, makes it fail as a whole, so that it can be tried again; when lenient it stands in the results.
   */
  deliver: (batch: LogEvent[], options?: { lenient: boolean }) => Promise<Delivery[]>;
};

/** Whoever gets a group's deliveries. */
export type Receiver = {
  /** Takes what a batch came to; `end` is the batch's last event. */
  give: (deliveries: Delivery[], end: LogEvent) => void;
  /** There is no telling what it missed: it reads the log by itself. */
  fallBehind: () => void;
};

/** Equal subscriptions, executed once for all of them. */
export type Group = {
  work: SharedWork;
  receivers: Set<Receiver>;
  /** The position up to which the receivers were given everything. */
  delivered: () => number;
  following: Following;
};

/** The next events behind a position, oldest first; none where there is nothing more. */
export type ReadBehind = (position: number) => Promise<LogEvent[]>;

/** Whether a batch goes on right behind a position: positions are dense, and what is missing was trimmed. */
export function follows(position: number, batch: readonly LogEvent[]): boolean {
  return batch.length === 0 || Number(batch[0]?.position) === position + 1;
}

/** Batches that may wait for the execution; a group that is slower goes back to the log, once for all its receivers. */
const MAX_BACKLOG = 8;

/** Starts to follow the log for subscriptions that are equal. */
export async function openGroup(tail: Tail, work: SharedWork, readBehind: ReadBehind): Promise<Group> {
  const receivers = new Set<Receiver>();
  let backlog: LogEvent[][] = [];
  /** Batches were dropped: the log has them. */
  let overrun = false;
  let working = false;
  let delivered = Number.POSITIVE_INFINITY;

  async function nextBatch(): Promise<LogEvent[] | undefined> {
    while (overrun) {
      // From now on batches wait again; those that the log has too are told by their position.
      overrun = false;
      backlog = [];
      const batch = await readBehind(delivered);
      if (batch.length === 0) continue;
      overrun = true;
      return batch;
    }
    return backlog.shift();
  }

  async function hand(batch: LogEvent[]): Promise<void> {
    const fresh = batch.filter(({ position }) => Number(position) > delivered);
    const end = fresh.at(-1);
    if (!end) return;
    if (!follows(delivered, fresh)) throw new Error('The log was trimmed before it was read.');
    const deliveries = await work.deliver(fresh);
    for (const receiver of receivers) receiver.give(deliveries, end);
    delivered = Number(end.position);
  }

  async function handAll(): Promise<void> {
    working = true;
    try {
      for (let batch = await nextBatch(); batch; batch = await nextBatch()) await hand(batch);
    } catch {
      // The receivers try it again by themselves, up to what was dropped here.
      backlog = [];
      overrun = false;
      delivered = following.place().position;
      for (const receiver of receivers) receiver.fallBehind();
    } finally {
      working = false;
    }
  }

  const following = await tail.follow(work.workspaceId, (batch) => {
    if (backlog.length < MAX_BACKLOG) backlog.push(batch);
    else overrun = true;
    if (!working) void handAll();
  });
  delivered = following.place().position;
  return { work, receivers, delivered: () => delivered, following };
}
