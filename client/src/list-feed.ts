import { failureOf } from './failures.js';
import { follow } from './feed.js';
import { type Followed, type FollowParts, putFollowing } from './following.js';
import {
  type ConversationFilter,
  FollowListDocument,
  type SyncedConversationFragment,
  type SyncedListChangeFragment,
  SyncListChangesDocument,
  SyncListDocument,
  type SyncListQuery,
} from './generated/operations.js';
import { matches } from './matches.js';
import type { Transaction } from './store.js';
import { keyOfFilter, keyOfWant } from './wants.js';

/** Keeps a list as the server would answer it. */
export function followList(parts: FollowParts, filter: ConversationFilter): Followed {
  const { store, copy, views, connection, backoff, started } = parts;
  const key = keyOfFilter(filter);
  const followingKey = keyOfWant({ kind: 'list', filter });
  /** Accepted writes whose effect on the list the server has not told yet, by conversation: the revision to wait for. */
  const settling = new Map<string, { revision: number; end: () => void }>();
  let mustLoad = false;

  function settle(transaction: Transaction, { id, revision }: SyncedConversationFragment): void {
    const row = views.conversation(id);
    const isExpected = store.membersOf(key).has(id) || (row && matches(filter, row) === true);
    if (!isExpected) return;
    settling.get(id)?.end();
    settling.set(id, { revision, end: copy.keep(id) });
    putFollowing(store, transaction, followingKey, { settling: [...settling.keys()] });
  }

  function settled(transaction: Transaction, conversationId: string): void {
    const settles = settling.get(conversationId);
    if (settles) {
      settles.end();
      settling.delete(conversationId);
      putFollowing(store, transaction, followingKey, { settling: [...settling.keys()] });
    }
    copy.release(transaction, conversationId);
  }

  function apply(transaction: Transaction, change: SyncedListChangeFragment): void {
    if (change.__typename === 'ConversationUpsert') {
      const { conversation } = change;
      copy.addMember(transaction, key, conversation.id);
      copy.putConversation(transaction, conversation);
      if (conversation.revision >= (settling.get(conversation.id)?.revision ?? Infinity)) {
        settled(transaction, conversation.id);
      }
      return;
    }
    copy.removeMember(transaction, key, change.conversationId);
    if (change.reason !== 'NO_LONGER_MATCHES') copy.drop(transaction, change.conversationId);
    settled(transaction, change.conversationId);
  }

  function moveTo(transaction: Transaction, cursor: string): void {
    transaction.put({ table: 'list', key, value: { filter, cursor } });
  }

  /** Loads all pages, and replaces what is held at once. */
  async function load(): Promise<void> {
    await started();
    const askedAt = copy.moment();
    const rows: SyncedConversationFragment[] = [];
    let cursor: string | null = null;
    let page: string | null = null;
    do {
      const read: SyncListQuery = await connection.request(SyncListDocument, { filter, page });
      cursor ??= read.eventCursor;
      for (const { node } of read.conversations.edges) rows.push(node);
      page = read.conversations.pageInfo.hasNextPage ? (read.conversations.pageInfo.endCursor ?? null) : null;
    } while (page !== null);
    const start = cursor;
    const anew = mustLoad;
    mustLoad = false;
    void store.commit((transaction) => {
      const left = new Set(store.membersOf(key));
      for (const row of rows) {
        left.delete(row.id);
        copy.addMember(transaction, key, row.id);
        copy.putConversation(transaction, row, { askedAt, anew });
      }
      for (const id of left) {
        copy.removeMember(transaction, key, id);
        copy.release(transaction, id);
      }
      moveTo(transaction, start);
    });
  }

  async function readChanges(): Promise<void> {
    for (let hasMore = true; hasMore; ) {
      const after = store.tables.list.get(key)?.cursor ?? '';
      const { conversationChanges: page } = await connection.request(SyncListChangesDocument, { filter, after });
      void store.commit((transaction) => {
        for (const change of page.nodes) apply(transaction, change);
        moveTo(transaction, page.endCursor);
      });
      hasMore = page.hasNextPage;
    }
  }

  const stop = follow(
    connection,
    {
      document: FollowListDocument,
      catchUp: async () => {
        const before = [...settling.keys()];
        if (mustLoad || !store.tables.list.has(key)) await load();
        await readChanges();
        // All that they did to the list has been told.
        if (before.length > 0) {
          void store.commit((transaction) => {
            for (const id of before) settled(transaction, id);
          });
        }
      },
      variables: () => ({ filter, after: store.tables.list.get(key)?.cursor ?? null }),
      apply: ({ conversationChanges: change }) =>
        void store.commit((transaction) => {
          apply(transaction, change);
          moveTo(transaction, change.cursor);
        }),
      moveTo: (cursor) => void store.commit((transaction) => moveTo(transaction, cursor)),
      expire: () => {
        mustLoad = true;
      },
      tell: (state, reason) =>
        void store.commit((transaction) =>
          putFollowing(store, transaction, followingKey, {
            isLive: state === 'LIVE',
            failure: reason && failureOf(reason),
          }),
        ),
    },
    backoff,
  );

  return {
    settle,
    stop: () => {
      stop();
      void store.commit((transaction) => {
        for (const id of [...settling.keys()]) settled(transaction, id);
        transaction.remove('following', followingKey);
      });
    },
  };
}

/** Drops what is held of a list that nobody follows. */
export function forgetList({ store, copy }: FollowParts, filter: ConversationFilter): void {
  const key = keyOfFilter(filter);
  void store.commit((transaction) => {
    transaction.remove('list', key);
    for (const id of [...store.membersOf(key)]) {
      copy.removeMember(transaction, key, id);
      copy.release(transaction, id);
    }
  });
}
