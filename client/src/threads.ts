import { createSleep, waitAfter } from './backoff.js';
import { isWorthRepeating, type RequestError, toRequestError } from './failures.js';
import { SyncThreadDocument } from './generated/operations.js';
import type { ListParts } from './lists.js';
import { until } from './store.js';
import type { Conversation, Message } from './views.js';

/** A conversation and its newest messages, which stay right. */
export type Thread = {
  conversation: () => Conversation | null;
  /** In order; the same array until something has changed. Older ones come with `loadOlder`. */
  messages: () => readonly Message[];
  /** MISSING if there is no such conversation, or the viewer does not see it. */
  state: () => 'LOADING' | 'LOADED' | 'MISSING';
  failure: () => RequestError | null;
  hasOlder: () => boolean;
  /** Loads up to 50 messages more; rejects with a RequestError. */
  loadOlder: () => Promise<void>;
  /** What it holds stays, and is kept right, for the next time. */
  stop: () => void;
  /** Stops it, and drops its messages. */
  forget: () => void;
};

export function openThread(parts: ListParts, id: string): Thread {
  const { store, copy, views, connection, backoff, started } = parts;
  const { tables } = store;
  const stopping = new AbortController();
  const { sleep } = createSleep(stopping.signal);
  const endKeeping = copy.keep(id);
  let isMissing = false;
  let failure: RequestError | null = null;
  let loadingOlder: Promise<void> | null = null;
  let shown: { version: number; messages: readonly Message[] } | null = null;

  async function load(before: string | null): Promise<void> {
    const askedAt = copy.moment();
    const { conversation } = await connection.request(SyncThreadDocument, { id, before });
    if (stopping.signal.aborted) return;
    isMissing = !conversation;
    void store.commit((transaction) => {
      if (!conversation) return copy.dropThread(transaction, id);
      const { messages, ...row } = conversation;
      copy.putConversation(transaction, row, { askedAt });
      // Not if it was removed meanwhile.
      if (!tables.conversation.has(id)) return;
      for (const { node } of messages.edges) copy.putMessage(transaction, node, { askedAt });
      const { hasPreviousPage, startCursor } = messages.pageInfo;
      const value = { hasOlder: hasPreviousPage, before: startCursor ?? before };
      transaction.put({ table: 'thread', key: id, value });
    });
  }

  const isCreated = () => !views.waiting(id).some(({ kind }) => kind === 'createConversation');
  const mayLoad = () => !tables.thread.has(id) && isCreated() && (!isMissing || tables.conversation.has(id));

  /** Loads it, and again whenever it is dropped. */
  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      await until(store, mayLoad, stopping.signal);
      try {
        await started();
        await connection.transport();
        if (stopping.signal.aborted) return;
        await load(null);
        failures = 0;
      } catch (reason) {
        const error = toRequestError(reason);
        if (connection.status().state === 'ENDED') return;
        if (!isWorthRepeating(error, failures)) {
          failure = error;
          return store.touch();
        }
        await sleep(waitAfter(failures, error.retryAfterMs, backoff));
        failures += 1;
      }
    }
  }

  function stop(): void {
    if (stopping.signal.aborted) return;
    stopping.abort();
    endKeeping();
    void store.commit((transaction) => copy.release(transaction, id));
  }

  run().catch(() => {});
  return {
    conversation: () => views.conversation(id),
    messages: () => {
      if (shown?.version !== store.version()) shown = { version: store.version(), messages: views.messages(id) };
      return shown.messages;
    },
    state: () => (tables.thread.has(id) ? 'LOADED' : isMissing ? 'MISSING' : 'LOADING'),
    failure: () => failure,
    hasOlder: () => tables.thread.get(id)?.hasOlder ?? false,
    loadOlder: () => {
      const thread = tables.thread.get(id);
      if (!thread?.hasOlder) return Promise.resolve();
      loadingOlder ??= load(thread.before).finally(() => {
        loadingOlder = null;
      });
      return loadingOlder;
    },
    stop,
    forget: () => {
      stop();
      void store.commit((transaction) => {
        copy.dropThread(transaction, id);
        copy.release(transaction, id);
      });
    },
  };
}
