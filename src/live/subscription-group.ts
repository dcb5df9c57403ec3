import type { LogEntry, LogPosition } from '../event-log/log-event.js';
import type { Delivery } from './delivery.js';
import type { Dispatcher } from './dispatcher.js';
import { createPortionQueue, entriesAfter, follows, type Portion, type ReadAfter } from './portion-queue.js';
import type { Interest } from './topic.js';

/** What equal subscriptions have in common. */
export type SharedWork = {
  /** Subscriptions with equal keys get equal results. */
  key: string;
  workspaceId: string;
  /** Which events it is asked about. Default: all. */
  interest?: Interest | undefined;
  /** Whether an event may matter to the subscription, as far as the event alone tells. Default: each may. */
  concerns?: (event: LogEntry) => boolean;
  /**
   * Selects the events that the subscription asks for and its viewer may see, and executes the operation for each. If
   * an event fails unexpectedly, for example because the database is away, the whole batch rejects and can be retried;
   * with `lenient` the failure becomes part of that event's result. With `alone` the results are for one subscriber.
   */
  deliver: (batch: readonly LogEntry[], options?: { lenient: boolean; alone?: boolean }) => Promise<Delivery[]>;
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
  /** The entries of a part of the log that the subscription is asked about. */
  select: (entries: readonly LogEntry[]) => Promise<readonly LogEntry[]>;
  /** The position up to which the receivers have been given everything. */
  delivered: () => LogPosition;
  close: () => void;
};

type GroupOptions = {
  readAfter: ReadAfter;
  /** Called each time that the subscription is asked about a part of the log. */
  onAsk: () => void;
  onClose: () => void;
};

/** Begins to deliver the log to equal subscriptions. */
export function createSubscriptionGroup(
  dispatcher: Dispatcher,
  work: SharedWork,
  { readAfter, onAsk, onClose }: GroupOptions,
): SubscriptionGroup {
  const { concerns = () => true } = work;
  const receivers = new Set<Receiver>();
  /** What was delivered last. Without anything to do, the group is where the dispatcher is, or ahead of it. */
  let own = dispatcher.dispatched();

  function delivered(): LogPosition {
    const dispatched = dispatcher.dispatched();
    return queue.idle() && dispatched.position > own.position ? dispatched : own;
  }

  async function handle({ entries, end }: Portion): Promise<void> {
    const fresh = entriesAfter(own.position, entries);
    if (fresh.some(concerns)) {
      onAsk();
      const deliveries = await work.deliver(fresh);
      if (deliveries.length > 0) for (const receiver of receivers) receiver.receive(deliveries);
    }
    advance(end);
  }

  function advance(to: LogPosition): void {
    if (to.position > own.position) own = to;
  }

  async function readNext(): Promise<readonly LogEntry[]> {
    const batch = entriesAfter(own.position, await readAfter(own.position));
    if (!follows(own.position, batch)) throw new Error('The log was trimmed before it was read.');
    return batch;
  }

  function fallBehind(): void {
    for (const receiver of receivers) receiver.fallBehind();
  }

  const queue = createPortionQueue({
    readNext,
    handle,
    fail: () => {
      // Each receiver retries on its own, and reads what is dropped here from the log.
      fallBehind();
      advance(dispatcher.dispatched());
    },
  });

  function take(portion: Portion): void {
    // Many hold nothing for the group: it only moves on.
    if (queue.idle()) {
      if (!portion.entries.some(concerns)) return;
      own = delivered();
    }
    queue.push(portion);
  }

  const keys = work.interest?.keys ?? null;
  const remove = dispatcher.add({ take, fallBehind }, keys);
  return {
    work,
    receivers,
    select: (entries) => dispatcher.select(entries, keys),
    delivered,
    close: () => {
      remove();
      onClose();
    },
  };
}
