import type { BackoffOptions } from './backoff.js';
import type { Connection } from './connection.js';
import type { Copy } from './copy.js';
import type { RequestError } from './failures.js';
import { follow } from './feed.js';
import {
  FollowChangesDocument,
  SyncChangesDocument,
  type SyncedChangeFragment,
  SyncStartDocument,
} from './generated/operations.js';
import type { WritableStore } from './persistence.js';
import type { Store, Transaction } from './store.js';

const KEY = 'changes';

type Parts = {
  store: WritableStore;
  copy: Copy;
  connection: Connection;
  backoff: BackoffOptions;
  /** The client cannot be right without the feed. */
  fail: (reason: RequestError) => void;
};

/** Whether the client follows all changes from a cursor that it has. */
export function hasStarted({ tables }: Store): boolean {
  return tables.position.has(KEY);
}

/** Follows what happens to everything that is held: messages, names, and conversations that left their lists. */
export function followChanges({ store, copy, connection, backoff, fail }: Parts): () => void {
  const { tables } = store;

  function moveTo(transaction: Transaction, cursor: string): void {
    transaction.put({ table: 'position', key: KEY, value: { cursor } });
  }

  function apply(transaction: Transaction, change: SyncedChangeFragment): void {
    if (change.__typename === 'NodeRemoval') copy.drop(transaction, change.nodeId);
    if (change.__typename !== 'NodeUpsert') return;
    const { node } = change;
    switch (node.__typename) {
      case 'Conversation':
        if (copy.isKept(node.id)) copy.putConversation(transaction, node);
        break;
      case 'Message':
        if (copy.wantsMessagesOf(node.conversation.id)) copy.putMessage(transaction, node);
        break;
      case 'User':
      case 'Bot':
      case 'Contact':
        if (tables.actor.has(node.id)) copy.putActor(transaction, node);
        break;
    }
  }

  async function start(): Promise<void> {
    const { eventCursor } = await connection.request(SyncStartDocument, {});
    void store.commit((transaction) => moveTo(transaction, eventCursor));
  }

  return follow(
    connection,
    {
      document: FollowChangesDocument,
      catchUp: async () => {
        if (!hasStarted(store)) return start();
        for (let hasMore = true; hasMore; ) {
          const after = tables.position.get(KEY)?.cursor ?? '';
          const { changes: page } = await connection.request(SyncChangesDocument, { after });
          void store.commit((transaction) => {
            for (const change of page.nodes) apply(transaction, change);
            moveTo(transaction, page.endCursor);
          });
          hasMore = page.hasNextPage;
        }
      },
      variables: () => ({ after: tables.position.get(KEY)?.cursor ?? null }),
      apply: ({ changes: change }) =>
        void store.commit((transaction) => {
          apply(transaction, change);
          moveTo(transaction, change.cursor);
        }),
      moveTo: (cursor) => void store.commit((transaction) => moveTo(transaction, cursor)),
      expire: () =>
        void store.commit((transaction) => {
          // Lists load their rows anew; threads do when they see that they are not held.
          transaction.remove('position', KEY);
          for (const id of [...tables.thread.keys()]) copy.dropThread(transaction, id);
          for (const id of [...tables.conversation.keys()]) {
            if (!copy.isListed(id)) transaction.remove('conversation', id);
          }
        }),
      tell: (_state, reason) => {
        if (reason) fail(reason);
      },
    },
    backoff,
  );
}
