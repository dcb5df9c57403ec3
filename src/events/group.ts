import type { ExecutionResult } from 'graphql';
import type { LogEvent } from './log-event.js';
import type { Following, Tail } from './tail.js';

/** The result for one event. */
export type Delivery = { position: number; eventId: string; result: ExecutionResult };

/** What equal subscriptions have in common. */
export type SharedWork = {
  /** Equal keys mean equal results. */
  key: string;
  workspaceId: string;
  /** Picks the events that are wanted and may be seen, and executes the operation for each. */
  deliver: (batch: LogEvent[]) => Promise<Delivery[]>;
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

/** Batches that may wait for the execution; beyond that the receivers read the log by themselves. */
const MAX_BACKLOG = 8;

/** Starts to follow the log for subscriptions that are equal. */
export async function openGroup(tail: Tail, work: SharedWork): Promise<Group> {
  const receivers = new Set<Receiver>();
  let delivered = Number.POSITIVE_INFINITY;
  let backlog = 0;
  let chain = Promise.resolve();

  async function hand(batch: LogEvent[], end: LogEvent): Promise<void> {
    const tooMany = backlog > MAX_BACKLOG;
    const deliveries = tooMany ? null : await work.deliver(batch).catch(() => null);
    for (const receiver of receivers) {
      if (deliveries) receiver.give(deliveries, end);
      else receiver.fallBehind();
    }
    delivered = Number(end.position);
    backlog -= 1;
  }

  const following = await tail.follow(work.workspaceId, (batch) => {
    const end = batch.at(-1);
    if (!end) return;
    backlog += 1;
    // Beyond the limit a batch keeps only its end, so that what waits does not grow with the lag.
    const kept = backlog > MAX_BACKLOG ? [] : batch;
    chain = chain.then(() => hand(kept, end));
  });
  delivered = following.place().position;
  return { work, receivers, delivered: () => delivered, following };
}
