import type { LogEntry, LogPosition } from '../event-log/log-event.js';
import type { Delivery } from './delivery.js';
import type { Dispatcher } from './dispatcher.js';
import { entriesAfter, follows, type Portion, PortionQueue, type ReadAfter } from './portion-queue.js';
import type { ReadLog } from './recent-log.js';
import type { Interest } from './topic.js';

/** What equal subscriptions have in common. */
export type SharedWork = {
  /** Subscriptions with equal keys get equal results. */
  key: string;
  workspaceId: string;
  /** Whether it reads the log as it is now rather than what others have read of it lately. */
  fresh?: boolean;
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
  readAfter: ReadAfter;
  /** The entries of a part of the log that the subscription is asked about. */
  select: (entries: readonly LogEntry[]) => Promise<readonly LogEntry[]>;
  /** The position up to which the receivers have been given everything. */
  delivered: () => LogPosition;
  close: () => void;
};

type GroupOptions = {
  readLog: ReadLog;
  /** Called each time that the subscription is asked about a part of the log. */
  onAsk: () => void;
  onClose: () => void;
};

/** Begins to deliver the log to equal subscriptions. */
export function createSubscriptionGroup(
  dispatcher: Dispatcher,
  work: SharedWork,
  options: GroupOptions,
): SubscriptionGroup {
  return new Group(dispatcher, work, options);
}

/** A class for the same reason as a subscriber: there may be as many. */
class Group implements SubscriptionGroup {
  readonly work: SharedWork;
  readonly receivers = new Set<Receiver>();
  private readonly dispatcher: Dispatcher;
  private readonly options: GroupOptions;
  private readonly queue: PortionQueue;
  private readonly leave: () => void;
  /** What was delivered last. Without anything to do, the group is where the dispatcher is, or ahead of it. */
  private own: LogPosition;

  constructor(dispatcher: Dispatcher, work: SharedWork, options: GroupOptions) {
    this.dispatcher = dispatcher;
    this.work = work;
    this.options = options;
    this.own = dispatcher.dispatched();
    this.queue = new PortionQueue(this);
    this.leave = dispatcher.add(this, work.interest?.keys ?? null);
  }

  readAfter(position: number): Promise<readonly LogEntry[]> {
    return this.options.readLog(this.work.workspaceId, position, this.work.fresh);
  }

  select(entries: readonly LogEntry[]): Promise<readonly LogEntry[]> {
    return this.dispatcher.select(entries, this.work.interest?.keys ?? null);
  }

  delivered(): LogPosition {
    const dispatched = this.dispatcher.dispatched();
    return this.queue.idle() && dispatched.position > this.own.position ? dispatched : this.own;
  }

  close(): void {
    this.leave();
    this.options.onClose();
  }

  /** Takes what the dispatcher has for it. */
  take(portion: Portion): void {
    // Many hold nothing for the group: it only moves on.
    if (this.queue.idle()) {
      if (!this.concerns(portion.entries)) return;
      this.own = this.delivered();
    }
    this.queue.push(portion);
  }

  fallBehind(): void {
    for (const receiver of this.receivers) receiver.fallBehind();
  }

  async handle({ entries, end }: Portion): Promise<void> {
    const fresh = entriesAfter(this.own.position, entries);
    if (this.concerns(fresh)) {
      this.options.onAsk();
      const deliveries = await this.work.deliver(fresh);
      if (deliveries.length > 0) for (const receiver of this.receivers) receiver.receive(deliveries);
    }
    this.advance(end);
  }

  async readNext(): Promise<readonly LogEntry[]> {
    const { position } = this.own;
    const batch = entriesAfter(position, await this.readAfter(position));
    if (!follows(position, batch)) throw new Error('The log was trimmed before it was read.');
    return batch;
  }

  /** Each receiver retries on its own, and reads what is dropped here from the log. */
  fail(): void {
    this.fallBehind();
    this.advance(this.dispatcher.dispatched());
  }

  private concerns(entries: readonly LogEntry[]): boolean {
    const { concerns } = this.work;
    return concerns ? entries.some(concerns) : entries.length > 0;
  }

  private advance(to: LogPosition): void {
    if (to.position > this.own.position) this.own = to;
  }
}
