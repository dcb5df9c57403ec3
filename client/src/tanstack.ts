import type { CollectionConfig, NonSingleResult, SyncConfig } from '@tanstack/db';
import type { Client, Conversation, ConversationFilter, Message, PendingWrite, RequestError } from './client.js';

/** A message as a row: `position` orders those of a conversation. */
export type MessageRow = Message & { conversationId: string; isPending: boolean; position: number };

/**
 * Options for `createCollection` of TanStack DB. They have no mutation handlers: a row that is written shows at once,
 * because the client shows it, and a mutation of the collection would hide what else comes as long as it waits.
 */
type Options<Row extends object> = CollectionConfig<Row, string> & NonSingleResult;

/** The conversations that meet a ConversationFilter without `search`. */
export function conversationCollectionOptions(client: Client, filter: ConversationFilter): Options<Conversation> {
  return optionsOf(
    client,
    ({ id }) => id,
    () => {
      const list = client.list(filter);
      return { ...list, isReady: () => list.state() !== 'LOADING' };
    },
  );
}

/** The messages of a conversation, sent or not. `loadOlder` of the client's thread brings older ones here too. */
export function messageCollectionOptions(client: Client, conversationId: string): Options<MessageRow> {
  return optionsOf(
    client,
    ({ id }) => id,
    () => {
      const thread = client.thread(conversationId);
      const rows = () => {
        const messages = thread.messages();
        // The last of those that were sent.
        const last = Math.max(0, ...messages.map(({ seq }) => seq ?? 0));
        return messages.map((message, index) => ({
          ...message,
          conversationId,
          isPending: message.seq === null && !message.refused,
          // Notes come after the public message whose number they have.
          position: message.sent ? message.sent.seq + message.sent.noteSeq / 1_000_000 : last + 1 + index,
        }));
      };
      // One that was created here has no other messages as long as the server does not know it.
      const isReady = () => thread.state() !== 'LOADING' || thread.conversation()?.revision === 0;
      return { rows, isReady, failure: thread.failure, stop: thread.stop };
    },
  );
}

/** What waits to be accepted, and what was refused: for these see `retry` and `dismiss` of the client. */
export function writeCollectionOptions(client: Client): Options<PendingWrite> {
  return optionsOf(
    client,
    ({ id }) => id,
    () => ({
      rows: () => [...client.waiting(), ...client.refused()],
      isReady: () => true,
      failure: () => null,
      stop: () => {},
    }),
  );
}

type Source<Row> = {
  rows: () => readonly Row[];
  isReady: () => boolean;
  failure: () => RequestError | null;
  stop: () => void;
};

function optionsOf<Row extends object>(
  client: Client,
  getKey: (row: Row) => string,
  open: () => Source<Row>,
): Options<Row> {
  const sync: SyncConfig<Row, string>['sync'] = ({ begin, write, commit, markReady, markError }) => {
    const source = open();
    let shown = new Map<string, Row>();
    let isReady = false;
    let hasFailed = false;

    function show(): void {
      const rows = new Map(source.rows().map((row) => [getKey(row), row]));
      const gone = [...shown.keys()].filter((key) => !rows.has(key));
      const changed = [...rows].filter(([key, row]) => !isSame(shown.get(key), row));
      if (gone.length + changed.length > 0) {
        begin();
        for (const key of gone) write({ type: 'delete', key });
        for (const [key, value] of changed) write({ type: shown.has(key) ? 'update' : 'insert', value });
        shown = rows;
        commit();
      }
      const failure = source.failure();
      if (failure && !hasFailed) {
        hasFailed = true;
        markError(failure);
      } else if (!isReady && !failure && source.isReady()) {
        isReady = true;
        markReady();
      }
    }

    const unsubscribe = client.subscribe(show);
    show();
    return () => {
      unsubscribe();
      source.stop();
    };
  };
  return { getKey, sync: { sync, rowUpdateMode: 'full' } };
}

/** Whether two rows show the same: the client makes them anew whenever anything has changed. */
function isSame(one: object | undefined, other: object): boolean {
  if (!one) return false;
  const before = Object.entries(one);
  const after = Object.entries(other);
  const isEqual = ([name, value]: [string, unknown], index: number) => {
    const [otherName, otherValue] = after[index] ?? [];
    return name === otherName && (value === otherValue || JSON.stringify(value) === JSON.stringify(otherValue));
  };
  return before.length === after.length && before.every(isEqual);
}
