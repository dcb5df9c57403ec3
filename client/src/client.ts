import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { type ConnectionOptions, type ConnectionStatus, endpointOf, statusOfRecord } from './connection.js';
import { type Counts, viewCounts } from './counts.js';
import { createCredentials } from './credentials.js';
import type { Command } from './engine.js';
import { stopped } from './failures.js';
import { type ConversationFilter, SendTypingDocument } from './generated/operations.js';
import { type Home, openAlone } from './home.js';
import { newId } from './ids.js';
import { type Compare, type List, viewList } from './lists.js';
import { createRequests } from './requests.js';
import { type ClientStorage, memoryStorage } from './storage.js';
import { createMemory, type Memory } from './store.js';
import { openAmongTabs } from './tabs.js';
import { type Thread, viewThread } from './threads.js';
import { type Typing, viewTyping } from './typing.js';
import { type Conversation, createViews } from './views.js';
import { createWants, type Want } from './wants.js';
import { type Inputs, type PendingWrite, pendingOf, type Write } from './writes.js';

export type { ConnectionStatus, EndKind } from './connection.js';
export type { Counts } from './counts.js';
export type { RequestError } from './failures.js';
export type { ConversationFilter } from './generated/operations.js';
export type { List } from './lists.js';
export type { ClientStorage } from './storage.js';
export type { Thread } from './threads.js';
export type { Typing } from './typing.js';
export type { Conversation, Message } from './views.js';
export type { PendingWrite, Refusal } from './writes.js';

export type ClientOptions = ConnectionOptions & {
  /** Where the copy and the outbox are kept, of one person. Default: in memory, until the process ends. */
  storage?: ClientStorage;
  /** Told when something could not be stored, such as for want of space. It is tried again with the next change. */
  onStorageFailure?: (reason: unknown) => void;
  /**
   * After how long another tab that holds the connection and does not answer is taken for gone, in milliseconds. Default:
   * 5,000.
   */
  silenceMs?: number;
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
  /** Follows who is typing in a conversation. */
  typing: (conversationId: string) => Typing;
  /** Says whether the viewer is typing: repeat it at least every 10 seconds. Nothing is kept of it. */
  setTyping: (conversationId: string, isTyping: boolean) => Promise<void>;
  /** Runs any other query or mutation once; rejects with a RequestError. What it answers is not kept. */
  request: <Data, Variables extends object>(
    document: DocumentTypeDecoration<Data, Variables> & { toString: () => string },
    variables: NoInfer<Variables>,
  ) => Promise<Data>;
  /** A conversation that is held, or null. */
  conversation: (id: string) => Conversation | null;
  /** Its id is made here, so that more can be written to it at once. */
  createConversation: (input: Made<Inputs['createConversation']>) => Written & { conversationId: string };
  sendMessage: (input: Made<Inputs['sendMessage']>) => Written & { messageId: string };
  assignConversation: (input: Inputs['assignConversation']) => Written;
  transferConversation: (input: Inputs['transferConversation']) => Written;
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
  /** Ends the client, of this tab. What it holds, and what waits, stays in its storage for the next one. */
  stop: () => Promise<void>;
  /** Ends the client, and those of other tabs over the same storage; erases the copy and what waits. */
  signOut: () => Promise<void>;
};

/** Opens a client over what its storage holds, and connects, or shares the connection of another tab. */
export async function createClient(options: ClientOptions): Promise<Client> {
  const memory = createMemory();
  const views = createViews(memory);
  const home = await openHome(memory, options);
  const wants = createWants(home.want);

  const over = new AbortController();
  const { get: getCredential, accepted, refused: refuse } = createCredentials(options.token);
  // By itself, as another tab may have the connection.
  const request = createRequests({
    endpoint: endpointOf(options),
    signal: over.signal,
    requestMs: options.requestMs,
    ...{ getCredential, accepted, refuse },
  });

  const onOnline = () => home.wake();
  if ('addEventListener' in globalThis) globalThis.addEventListener('online', onOnline);

  function end(): void {
    if ('removeEventListener' in globalThis) globalThis.removeEventListener('online', onOnline);
    over.abort(stopped());
  }

  function run(command: Command): Promise<void> {
    const done = home.run(command);
    // It may be left alone.
    done.catch(() => {});
    return done;
  }

  function add(write: Write, dismissed: string | null = null): Written {
    const added = pendingOf(write, memory.tables, views);
    return { write: added, stored: run({ kind: 'write', change: { added, dismissed } }) };
  }

  /** Has it followed until it is stopped. */
  function follow(want: Want): { stop: () => void; forget: () => void } {
    const stop = wants.add(want);
    return {
      stop,
      forget: () => {
        stop();
        if (!wants.has(want)) void run({ kind: 'forget', want });
      },
    };
  }

  const isRefused = (writeId: string) => Boolean(memory.tables.write.get(writeId)?.refusal);

  return {
    status: () => {
      const record = memory.tables.connection.get('connection');
      return record ? statusOfRecord(record) : CONNECTING;
    },
    subscribe: memory.subscribe,
    list: (filter, compare) => ({
      ...follow({ kind: 'list', filter }),
      ...viewList(memory, views, filter, compare),
    }),
    thread: (conversationId) => ({
      ...follow({ kind: 'thread', conversationId }),
      ...viewThread(memory, views, conversationId),
      loadOlder: () => home.run({ kind: 'loadOlder', conversationId }),
    }),
    counts: (filter = {}) => {
      const { stop } = follow({ kind: 'counts', filter });
      return { stop, ...viewCounts(memory, filter) };
    },
    typing: (conversationId) => {
      const { stop } = follow({ kind: 'typing', conversationId });
      return { stop, ...viewTyping(memory, conversationId) };
    },
    setTyping: (conversationId, typing) =>
      // Nobody misses a signal that did not arrive.
      request(String(SendTypingDocument), { input: { conversationId, typing } }).then(
        () => {},
        () => {},
      ),
    request: (document, variables) => request(String(document), variables),
    conversation: views.conversation,
    createConversation: (input) => {
      const conversationId = input.id ?? newId('conv');
      return { conversationId, ...add({ kind: 'createConversation', input: { ...input, id: conversationId } }) };
    },
    sendMessage: (input) => {
      const messageId = input.id ?? newId('msg');
      return { messageId, ...add({ kind: 'sendMessage', input: { ...input, id: messageId } }) };
    },
    assignConversation: (input) => add({ kind: 'assignConversation', input }),
    transferConversation: (input) => add({ kind: 'transferConversation', input }),
    closeConversation: (input) => add({ kind: 'closeConversation', input }),
    reopenConversation: (input) => add({ kind: 'reopenConversation', input }),
    snoozeConversation: (input) => add({ kind: 'snoozeConversation', input }),
    updateConversation: (input) => add({ kind: 'updateConversation', input }),
    markConversationRead: (input) => add({ kind: 'markConversationRead', input }),
    waiting: () => views.waiting(),
    refused: views.refused,
    retry: (writeId) => {
      const write = memory.tables.write.get(writeId);
      // With a new key, because the server repeats its answer to the old one.
      if (write?.refusal) add(write, writeId);
    },
    dismiss: (writeId) => {
      if (isRefused(writeId)) void run({ kind: 'write', change: { added: null, dismissed: writeId } });
    },
    stop: () => {
      end();
      return home.stop();
    },
    signOut: () => {
      end();
      return home.signOut();
    },
  };
}

const CONNECTING: ConnectionStatus = { state: 'CONNECTING' };

function openHome(memory: Memory, options: ClientOptions): Promise<Home> {
  const { storage = memoryStorage(), onStorageFailure = () => {}, silenceMs = 5_000 } = options;
  const complete = { ...options, storage, onStorageFailure, silenceMs };
  return storage.sharing ? openAmongTabs(memory, complete, storage.sharing) : openAlone(memory, complete);
}
