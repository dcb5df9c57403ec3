import { createContext, createElement, type ReactNode, useContext, useMemo, useSyncExternalStore } from 'react';
import type {
  Client,
  ConnectionStatus,
  ConversationFilter,
  Counts,
  List,
  PendingWrite,
  Thread,
  Typing,
} from './client.js';
import { createFollower, useFollowed } from './react/follower.js';
import { keepItems } from './react/keep.js';
import { keyOfFilter } from './wants.js';

const ClientContext = createContext<Client | null>(null);

/** Gives a client to the components below. Stopping it is up to who has created it. */
export function ParleyProvider({ client, children }: { client: Client; children?: ReactNode }): ReactNode {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client, to write with. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('There is no ParleyProvider around this component.');
  return client;
}

export type ShownList = {
  /** Rows that have not changed are the same objects as before. */
  rows: ReturnType<List['rows']>;
  state: ReturnType<List['state']>;
  failure: ReturnType<List['failure']>;
};

const NO_ROWS: ShownList = { rows: [], state: 'LOADING', failure: null };

const lists = createFollower<ConversationFilter, List, ShownList>({
  keyOf: keyOfFilter,
  open: (client, filter) => client.list(filter),
  read: ({ rows, state, failure }, before) => ({
    rows: keepItems(before?.rows, rows()),
    state: state(),
    failure: failure(),
  }),
});

/** Follows the conversations that meet a filter, the newest activity first; components with equal filters share one. */
export function useConversations(filter: ConversationFilter): ShownList {
  return useFollowed(lists, useClient(), filter, NO_ROWS);
}

export type ShownThread = {
  conversation: ReturnType<Thread['conversation']>;
  /** Messages that have not changed are the same objects as before. */
  messages: ReturnType<Thread['messages']>;
  state: ReturnType<Thread['state']>;
  failure: ReturnType<Thread['failure']>;
  hasOlder: boolean;
  loadOlder: Thread['loadOlder'];
};

const NO_THREAD: ShownThread = {
  conversation: null,
  messages: [],
  state: 'LOADING',
  failure: null,
  hasOlder: false,
  loadOlder: () => Promise.resolve(),
};

const threads = createFollower<string, Thread, ShownThread>({
  keyOf: (id) => id,
  open: (client, id) => client.thread(id),
  read: ({ conversation, messages, state, failure, hasOlder, loadOlder }, before) => ({
    conversation: conversation(),
    messages: keepItems(before?.messages, messages()),
    state: state(),
    failure: failure(),
    hasOlder: hasOlder(),
    loadOlder,
  }),
});

/** Follows a conversation with its messages. */
export function useThread(conversationId: string): ShownThread {
  return useFollowed(threads, useClient(), conversationId, NO_THREAD);
}

export type ShownCounts = {
  /** As the server counts; null until it has said so. */
  value: ReturnType<Counts['value']>;
  isLive: boolean;
  failure: ReturnType<Counts['failure']>;
};

const NO_COUNTS: ShownCounts = { value: null, isLive: false, failure: null };

const counts = createFollower<ConversationFilter, Counts, ShownCounts>({
  keyOf: keyOfFilter,
  open: (client, filter) => client.counts(filter),
  read: ({ value, isLive, failure }) => ({ value: value(), isLive: isLive(), failure: failure() }),
});

const EVERYTHING: ConversationFilter = {};

/** Follows how many conversations there are of each status, among those that meet a filter. */
export function useCounts(filter: ConversationFilter = EVERYTHING): ShownCounts {
  return useFollowed(counts, useClient(), filter, NO_COUNTS);
}

const typing = createFollower<string, Typing, ReturnType<Typing['actors']>>({
  keyOf: (id) => id,
  open: (client, id) => client.typing(id),
  read: ({ actors }, before) => keepItems(before, actors()),
});

const NOBODY: ReturnType<Typing['actors']> = [];

/** Follows who is typing in a conversation. */
export function useTyping(conversationId: string): ReturnType<Typing['actors']> {
  return useFollowed(typing, useClient(), conversationId, NOBODY);
}

/** Whether there is a connection; with the reason if not. */
export function useConnectionStatus(): ConnectionStatus {
  const client = useClient();
  return useSyncExternalStore(client.subscribe, client.status, client.status);
}

const NO_WRITES: readonly PendingWrite[] = [];

/** Writes, as the client holds them: there is nothing to stop. */
function createWritesFollower(read: (client: Client) => PendingWrite[]) {
  return createFollower<null, { client: Client; stop: () => void }, readonly PendingWrite[]>({
    keyOf: () => '',
    open: (client) => ({ client, stop: () => {} }),
    read: ({ client }, before) => keepItems(before, read(client)),
  });
}

const refusals = createWritesFollower((client) => client.refused());
const waiting = createWritesFollower((client) => client.waiting());

/** What the server refused, and what to do about each: `retry` sends it again, `dismiss` forgets it. */
export function useRefusals(): { refused: readonly PendingWrite[] } & Pick<Client, 'retry' | 'dismiss'> {
  const client = useClient();
  const refused = useFollowed(refusals, client, null, NO_WRITES);
  return useMemo(() => ({ refused, retry: client.retry, dismiss: client.dismiss }), [client, refused]);
}

/** What waits to be accepted, in the order in which it was written. */
export function useWaiting(): readonly PendingWrite[] {
  return useFollowed(waiting, useClient(), null, NO_WRITES);
}
