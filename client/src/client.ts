import { followChanges, hasStarted } from './changes.js';
import { type ConnectionOptions, type ConnectionStatus, createConnection } from './connection.js';
import { createCopy } from './copy.js';
import { type Counts, followCounts } from './counts.js';
import { INCOMPATIBLE, RequestError } from './failures.js';
import type { ConversationFilter } from './generated/operations.js';
import { newId } from './ids.js';
import { type Compare, type FollowedList, followList, type List } from './lists.js';
import { createOutbox } from './outbox.js';
import { type ClientStorage, memoryStorage } from './storage.js';
import { openStore, until } from './store.js';
import { openThread, type Thread } from './threads.js';
import { type Conversation, createViews } from './views.js';
import type { Inputs, PendingWrite } from './writes.js';

export type { ConnectionStatus, EndKind } from './connection.js';
export type { Counts } from './counts.js';
export type { RequestError } from './failures.js';
export type { ConversationFilter } from './generated/operations.js';
export type { List } from './lists.js';
export type { ClientStorage } from './storage.js';
export type { Thread } from './threads.js';
export type { Conversation, Message } from './views.js';
export type { PendingWrite, Refusal } from './writes.js';

export type ClientOptions = ConnectionOptions & {
  /** Where the copy and the outbox are kept, of one person. Default: in memory, until the process ends. */
  storage?: ClientStorage;
  /** Told when something could not be stored, such as for want of space. It is tried again with the next change. */
  onStorageFailure?: (reason: unknown) => void;
};

/** What was written, as it waits, and a promise that settles when it is stored: from then on it cannot get lost. */
export type Written = { write: PendingWrite; stored: Promise<void> };

type Made<Input extends { id: string }> = Omit<Input, 'id'> & { id?: string };

/** A copy of what a person sees, kept right, and an outbox for what they write. */
export type Client = {
  status: () => ConnectionStatus;
  /** Calls back whenever something that the client shows has changed. Returns a function that ends that. */
  subscribe: (listener: () => void) => () => void;
  /** Follows a list. `filter` is a ConversationFilter without `search`; by default the newest activity is first. */
  list: (filter: ConversationFilter, compare?: Compare) => List;
  /** Follows a conversation with its messages. */
  thread: (conversationId: string) => Thread;
  /** Follows the numbers beside lists. */
  counts: (filter?: ConversationFilter) => Counts;
  /** A conversation that is held, or null. */
  conversation: (id: string) => Conversation | null;
  /** Its id is made here, so that more can be written to it at once. */
  createConversation: (input: Made<Inputs['createConversation']>) => Written & { conversationId: string };
  sendMessage: (input: Made<Inputs['sendMessage']>) => Written & { messageId: string };
  assignConversation: (input: Inputs['assignConversation']) => Written;
  closeConversation: (input: Inputs['closeConversation']) => Written;
  reopenConversation: (input: Inputs['reopenConversation']) => Written;
  snoozeConversation: (input: Inputs['snoozeConversation']) => Written;
  updateConversation: (input: Inputs['updateConversation']) => Written;
  markConversationRead: (input: Inputs['markConversationRead']) => Written;
  /** What waits to be accepted, in the order in which it was written. */
  waiting: () => PendingWrite[];
  /** What the server refused: the rest went on. */
  refused: () => PendingWrite[];
  /** Sends a refused write again, with the id of the write. */
  retry: (writeId: string) => void;
  /** Forgets a refused write. */
  dismiss: (writeId: string) => void;
  /** Ends the client. What it holds, and what waits, stays in its storage for the next one. */
  stop: () => Promise<void>;
  /** Ends the client, and erases the copy and what waits. */
  signOut: () => Promise<void>;
};

/** Opens a client over what its storage holds, and connects. */
export async function createClient(options: ClientOptions): Promise<Client> {
  const { storage = memoryStorage(), onStorageFailure = () => {} } = options;
  const store = await openStore(storage, onStorageFailure);
  const copy = createCopy(store);
  const views = createViews(store, copy);
  const lists = new Set<FollowedList>();
  const stops = new Set<() => void>();
  const stopping = new AbortController();

  // What was only kept for as long as the last client ran.
  void store.commit((transaction) => copy.sweep(transaction));

  const connection = createConnection(options, () => {
    store.touch();
    if (connection.status().state === 'LIVE') outbox.wake();
  });
  const outbox = createOutbox({
    store,
    copy,
    views,
    connection,
    backoff: options,
    settle: (conversation) => {
      for (const list of lists) list.settle(conversation);
    },
  });
  const fail = (reason: RequestError) => connection.end('INCOMPATIBLE', reason);
  stops.add(followChanges({ store, copy, connection, backoff: options, fail }));
  const started = () => until(store, () => hasStarted(store), stopping.signal);
  const parts = { store, copy, views, connection, backoff: options, started };

  const onOnline = () => {
    connection.wake();
    outbox.wake();
  };
  if ('addEventListener' in globalThis) globalThis.addEventListener('online', onOnline);

  function end(): void {
    if ('removeEventListener' in globalThis) globalThis.removeEventListener('online', onOnline);
    stopping.abort(new RequestError(INCOMPATIBLE, 'The client was stopped.'));
    outbox.stop();
    for (const stop of stops) stop();
    connection.end('STOPPED', new RequestError(INCOMPATIBLE, 'The client was stopped.'));
  }

  /** Has what is followed stopped with the client, and forgotten when it is stopped before. */
  function followed<Followed extends { stop: () => void; forget?: () => void }>(
    thing: Followed,
    onStop = () => {},
  ): Followed {
    stops.add(thing.stop);
    const ended = (end: () => void) => () => {
      stops.delete(thing.stop);
      onStop();
      end();
    };
    return { ...thing, stop: ended(thing.stop), ...(thing.forget && { forget: ended(thing.forget) }) };
  }

  return {
    status: connection.status,
    subscribe: store.subscribe,
    list: (filter, compare) => {
      const list = followList(parts, filter, compare);
      lists.add(list);
      return followed(list, () => lists.delete(list));
    },
    thread: (conversationId) => followed(openThread(parts, conversationId)),
    counts: (filter = {}) => followed(followCounts(parts, filter)),
    conversation: views.conversation,
    createConversation: (input) => {
      const conversationId = input.id ?? newId('conv');
      return { conversationId, ...outbox.add({ kind: 'createConversation', input: { ...input, id: conversationId } }) };
    },
    sendMessage: (input) => {
      const messageId = input.id ?? newId('msg');
      return { messageId, ...outbox.add({ kind: 'sendMessage', input: { ...input, id: messageId } }) };
    },
    assignConversation: (input) => outbox.add({ kind: 'assignConversation', input }),
    closeConversation: (input) => outbox.add({ kind: 'closeConversation', input }),
    reopenConversation: (input) => outbox.add({ kind: 'reopenConversation', input }),
    snoozeConversation: (input) => outbox.add({ kind: 'snoozeConversation', input }),
    updateConversation: (input) => outbox.add({ kind: 'updateConversation', input }),
    markConversationRead: (input) => outbox.add({ kind: 'markConversationRead', input }),
    waiting: () => views.waiting(),
    refused: views.refused,
    retry: outbox.retry,
    dismiss: outbox.dismiss,
    stop: () => {
      end();
      return store.close();
    },
    signOut: () => {
      end();
      return store.erase();
    },
  };
}
