import type { BackoffOptions } from './backoff.js';
import type { Connection } from './connection.js';
import type { Copy } from './copy.js';
import type { RequestError } from './failures.js';
import { follow } from './feed.js';
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
import type { Store, Transaction } from './store.js';
import type { Conversation, Views } from './views.js';

export type Compare = (one: Conversation, other: Conversation) => number;

/** A list of conversations that stays right. */
export type List = {
  /** The same array until something has changed. */
  rows: () => readonly Conversation[];
  /** LOADING until there is something to show, BEHIND while the connection is away. */
  state: () => 'LOADING' | 'BEHIND' | 'LIVE';
  /** Why the list can never be shown, such as for a filter that cannot be followed; null otherwise. */
  failure: () => RequestError | null;
  /** Stops following it. What it holds stays, for the next time. */
  stop: () => void;
  /** Stops following it, and drops what it holds. */
  forget: () => void;
};

export type ListParts = {
  store: Store;
  copy: Copy;
  views: Views;
  connection: Connection;
  backoff: BackoffOptions;
  /** Waits until the client follows all changes: what is loaded before could miss some. */
  started: () => Promise<void>;
};

export type FollowedList = List & { settle: (conversation: SyncedConversationFragment) => void };

/** The newest activity first. */
const byActivity: Compare = (one, other) => {
  const [time, otherTime] = [one.lastMessageAt ?? one.createdAt, other.lastMessageAt ?? other.createdAt];
  if (time !== otherTime) return time < otherTime ? 1 : -1;
  return one.id < other.id ? 1 : -1;
};

export function keyOfFilter(filter: ConversationFilter): string {
  return JSON.stringify(Object.entries(filter).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function followList(parts: ListParts, filter: ConversationFilter, compare: Compare = byActivity): FollowedList {
  const { store, copy, views, connection, backoff, started } = parts;
  const key = keyOfFilter(filter);
  /** Accepted writes whose effect on the list the server has not told yet, by conversation: the revision to wait for. */
  const settling = new Map<string, { revision: number; end: () => void }>();
  let isLive = false;
  let failure: RequestError | null = null;
  let mustLoad = false;
  let shown: { version: number; rows: readonly Conversation[] } | null = null;

  function settled(transaction: Transaction, conversationId: string): void {
    settling.get(conversationId)?.end();
    settling.delete(conversationId);
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
      const left = new Set(copy.membersOf(key));
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
      tell: (state, reason) => {
        isLive = state === 'LIVE';
        failure = reason;
        store.touch();
      },
    },
    backoff,
  );

  function rows(): readonly Conversation[] {
    if (shown?.version === store.version()) return shown.rows;
    const members = copy.membersOf(key);
    const touched = new Set([...settling.keys(), ...views.waiting().map((write) => write.conversationId)]);
    const held = [...new Set([...members, ...touched])].flatMap((id) => {
      const row = views.conversation(id);
      if (!row) return [];
      const isIn = members.has(id);
      return (touched.has(id) ? (matches(filter, row) ?? isIn) : isIn) ? row : [];
    });
    shown = { version: store.version(), rows: held.sort(compare) };
    return shown.rows;
  }

  return {
    rows,
    state: () => (store.tables.list.has(key) ? (isLive ? 'LIVE' : 'BEHIND') : 'LOADING'),
    failure: () => failure,
    settle: (conversation) => {
      const row = views.conversation(conversation.id);
      const isExpected = copy.membersOf(key).has(conversation.id) || (row && matches(filter, row) === true);
      if (!isExpected) return;
      settling.get(conversation.id)?.end();
      settling.set(conversation.id, { revision: conversation.revision, end: copy.keep(conversation.id) });
    },
    stop,
    forget: () => {
      stop();
      void store.commit((transaction) => {
        transaction.remove('list', key);
        for (const id of [...copy.membersOf(key)]) {
          copy.removeMember(transaction, key, id);
          copy.release(transaction, id);
        }
        for (const id of [...settling.keys()]) settled(transaction, id);
      });
    },
  };
}
