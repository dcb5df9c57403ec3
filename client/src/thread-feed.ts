import { createSleep, waitAfter } from './backoff.js';
import { failureOf, isWorthRepeating, toRequestError } from './failures.js';
import { type Followed, type FollowParts, putFollowing } from './following.js';
import { SyncThreadDocument } from './generated/operations.js';
import type { Following } from './records.js';
import { until } from './store.js';
import { keyOfWant } from './wants.js';

/** Loads a conversation with its newest messages, and has them kept. */
export function followThread(parts: FollowParts, id: string): Followed {
  const { store, copy, views, connection, backoff, started } = parts;
  const { tables } = store;
  const key = keyOfWant({ kind: 'thread', conversationId: id });
  const stopping = new AbortController();
  const { sleep } = createSleep(stopping.signal);
  const endKeeping = copy.keep(id);
  let loadingOlder: Promise<void> | null = null;

  async function load(before: string | null): Promise<void> {
    const askedAt = copy.moment();
    const { conversation } = await connection.request(SyncThreadDocument, { id, before });
    if (stopping.signal.aborted) return;
    void store.commit((transaction) => {
      putFollowing(store, transaction, key, { isMissing: !conversation });
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

  const tell = (change: Partial<Following>) =>
    void store.commit((transaction) => putFollowing(store, transaction, key, change));
  const isMissing = () => tables.following.get(key)?.isMissing ?? false;
  const isCreated = () => !views.waiting(id).some(({ kind }) => kind === 'createConversation');
  const mayLoad = () => !tables.thread.has(id) && isCreated() && (!isMissing() || tables.conversation.has(id));

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
        if (stopping.signal.aborted || connection.status().state === 'ENDED') return;
        if (!isWorthRepeating(error, failures)) return tell({ failure: failureOf(error) });
        await sleep(waitAfter(failures, error.retryAfterMs, backoff));
        failures += 1;
      }
    }
  }

  run().catch(() => {});
  return {
    loadOlder: () => {
      const thread = tables.thread.get(id);
      if (!thread?.hasOlder) return Promise.resolve();
      loadingOlder ??= load(thread.before).finally(() => {
        loadingOlder = null;
      });
      return loadingOlder;
    },
    stop: () => {
      stopping.abort();
      endKeeping();
      void store.commit((transaction) => {
        transaction.remove('following', key);
        copy.release(transaction, id);
      });
    },
  };
}

/** Drops the messages of a conversation whose thread nobody follows. */
export function forgetThread({ store, copy }: FollowParts, id: string): void {
  void store.commit((transaction) => {
    copy.dropThread(transaction, id);
    copy.release(transaction, id);
  });
}
