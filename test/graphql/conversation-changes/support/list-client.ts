import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ConversationChangeDetailsFragment,
  ConversationChangesDocument,
  type ConversationFilter,
  ConversationListDocument,
  type ConversationListQuery,
  type ListedConversationFragment,
  LiveConversationChangesDocument,
  type LiveConversationChangesSubscription,
} from '../../../generated/operations.js';
import { connect, listen } from '../../../live/support/listen.js';
import { ask } from '../../../support/act.js';
import { nodesOf } from '../../../support/nodes-of.js';
import type { TestWorkspace } from '../../../support/parley.js';

/** What ends a subscription that the next connection goes on with: it knows what the viewer sees, or the database is back. */
const PASSING = new Set<unknown>(['UNAUTHENTICATED', 'SERVICE_UNAVAILABLE']);
const RETRY_MS = 20;

type Rows = Map<string, ListedConversationFragment>;

/** All rows of a list, and the cursor from before the first of them was read. */
export async function readList(client: TestWorkspace, filter: ConversationFilter) {
  const rows: Rows = new Map();
  let cursor: string | null = null;
  for (let after: string | null = null, more = true; more; ) {
    const read: ConversationListQuery = await client.run(ConversationListDocument, { filter, after });
    cursor ??= read.eventCursor;
    for (const row of nodesOf(read.conversations)) rows.set(row.id, row);
    after = read.conversations.pageInfo.endCursor;
    more = read.conversations.pageInfo.hasNextPage;
  }
  return { rows, cursor: cursor ?? '' };
}

/** A client that holds a list and follows it, by pages or live. */
export type ListClient = {
  filter: ConversationFilter;
  rows: Rows;
  applied: ConversationChangeDetailsFragment[];
  /** Reads pages of changes to the end, each conversation once. */
  catchUp: (first: number) => Promise<void>;
  /** Subscribes from where the client is, and again whenever the server ends that, until it is cut. */
  goLive: () => void;
  cut: () => Promise<void>;
};

/** Reads a list, to follow it from there. Each connection goes to the server that is next then. */
export async function openList(
  nextUrl: () => string,
  client: TestWorkspace,
  filter: ConversationFilter,
): Promise<ListClient> {
  const { rows, cursor: start } = await readList(client, filter);
  const applied: ConversationChangeDetailsFragment[] = [];
  let cursor = start;
  let live: { heard: ReturnType<typeof hear>; stop: () => Promise<void> } | null = null;

  function apply(change: ConversationChangeDetailsFragment): void {
    applied.push(change);
    cursor = change.cursor;
    if (change.__typename === 'ConversationUpsert') rows.set(change.conversation.id, change.conversation);
    else rows.delete(change.conversationId);
  }

  const hear = (socket: ReturnType<typeof connect>) =>
    listen<LiveConversationChangesSubscription, { filter: ConversationFilter; after: string }>(
      socket,
      LiveConversationChangesDocument,
      { filter, after: cursor },
    );

  function goLive(): void {
    const socket = connect(nextUrl(), client.apiKey);
    const heard = hear(socket);
    let over = false;
    // Results are applied as they come: the cursor is that of what was applied.
    const push = heard.results.push.bind(heard.results);
    heard.results.push = (...results) => {
      for (const { data, errors } of results) {
        if (over) continue;
        if (errors?.some(({ extensions }) => !PASSING.has(extensions?.code))) throw new Error(JSON.stringify(errors));
        if (data) apply(data.conversationChanges);
      }
      return push(...results);
    };
    const current = {
      heard,
      stop: async () => {
        over = true;
        heard.stop();
        // Fails if the connection could not be made.
        await Promise.resolve(socket.dispose()).catch(() => undefined);
      },
    };
    live = current;
    void heard.ended.then(async () => {
      if (over) return;
      await current.stop();
      await sleep(RETRY_MS);
      if (live === current) goLive();
    });
  }

  return {
    filter,
    rows,
    applied,
    catchUp: async (first) => {
      const seen = new Set<string>();
      for (let more = true; more; ) {
        const page = await ask(client, ConversationChangesDocument, { filter, after: cursor, first });
        for (const change of page.nodes) {
          const id = change.__typename === 'ConversationUpsert' ? change.conversation.id : change.conversationId;
          if (seen.has(id)) throw new Error(`${id} came twice.`);
          seen.add(id);
          apply(change);
        }
        cursor = page.endCursor;
        more = page.hasNextPage;
      }
    },
    goLive,
    cut: async () => {
      const last = live;
      live = null;
      await last?.stop();
    },
  };
}

export const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

/** What a client holds, and what it would if it read the list now. */
export async function compare({ rows, filter }: ListClient, client: TestWorkspace) {
  const sorted = (map: Rows) => [...map.values()].sort(byId);
  return { held: sorted(rows), read: sorted((await readList(client, filter)).rows) };
}
