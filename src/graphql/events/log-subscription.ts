import type { GraphQLError } from 'graphql';
import type { LogEntry, LogPart, LogPosition } from '../../event-log/log-event.js';
import type { Interest } from '../../live/topic.js';
import type { Context } from '../core/context.js';
import type { Planned } from '../core/execute.js';

/** What a subscription gets of an entry of the log: the value that its operation is executed for. */
export type LogItem = {
  at: LogPosition;
  value: unknown;
  /** Which part of its entry it is, if more of the entry follows. */
  part?: string | undefined;
};

/**
 * Writes the `data` of a result as JSON, given what the operation is executed for and the cursor of that; null if the
 * operation has to be executed.
 */
export type WriteItem<Item> = (item: Item, cursor: string) => string | null;

/** What a batch of the log holds for a subscription, and whether the subscription is over after it. */
export type Selected = {
  items: LogItem[];
  over: boolean;
  /** Prepares an operation to be written for the item at an index, rather than executed; null if no item can be. */
  writes?: (operation: Planned) => WriteItem<number> | null;
  /** The error that the subscription ends with, if nothing that follows can be told. */
  end?: GraphQLError | null;
};

/** How a subscription is served from the log. */
export type LogSelection = {
  /** Where it starts. */
  after: LogPosition;
  /** What was passed on of the entry after that. */
  done?: LogPart | null;
  /** The conversation that it is about; null for all. */
  conversationId: string | null;
  /** What tells it from others with the same document and variables. */
  key: unknown;
  /** Which entries it is asked about. Default: all. */
  interest?: Interest;
  /** Whether an entry may matter, as far as the entry alone tells. Default: each may. */
  concerns?: (entry: LogEntry) => boolean;
  select: (context: Context, batch: readonly LogEntry[]) => Promise<Selected>;
  /** What it is executed for first, if it begins with what there is. Results that are like the last one are left out then. */
  initial?: unknown;
};

/**
 * What a subscription field that is served from the log returns. GraphQL demands an AsyncIterable, but nothing iterates
 * this one: the server hands the selection to the fan-out, which reads the log once for all equal subscriptions.
 */
export type LogSubscription<Value> = AsyncIterable<Value> & { selection: LogSelection };

export function logSubscription<Value>(selection: LogSelection): LogSubscription<Value> {
  return {
    selection,
    [Symbol.asyncIterator]: () => {
      throw new Error('The fan-out reads the log for this subscription.');
    },
  };
}

/** Whether the source of a subscription is served from the log. */
export function isLogSubscription(source: object): source is LogSubscription<unknown> {
  return 'selection' in source;
}
