import { type BackoffOptions, createSleep, waitAfter } from './backoff.js';
import type { Connection } from './connection.js';
import type { Copy } from './copy.js';
import { isWorthRepeating, mayBeFault, type RequestError, toRequestError } from './failures.js';
import type { SyncedConversationFragment } from './generated/operations.js';
import type { WritableStore } from './persistence.js';
import type { Transaction } from './store.js';
import type { Views } from './views.js';
import {
  conversationIn,
  nextOrder,
  type OutboxChange,
  type PendingWrite,
  refusalIn,
  WRITE_DOCUMENTS,
  type WriteAnswer,
} from './writes.js';

export type Outbox = {
  /** Shows it at once; settles when it is stored. A new write is sent as soon as it can be sent. */
  change: (change: OutboxChange) => Promise<void>;
  /** Ends a wait after a failure. */
  wake: () => void;
  stop: () => void;
};

type Parts = {
  store: WritableStore;
  copy: Copy;
  views: Views;
  connection: Connection;
  backoff: BackoffOptions;
  /** Told of a conversation that an accepted write has changed, before the write is forgotten. */
  settle: (transaction: Transaction, conversation: SyncedConversationFragment) => void;
};

/** Conversations whose writes are sent at once; of each one only the first. */
const MOST_AT_ONCE = 4;

/**
 * Sends what is written, in order for each conversation. A write is stored before it is sent and forgotten with its
 * answer, in one transaction with the row that the answer shows; until then it is sent again with the same idempotency
 * key, so that it has one effect however often the client or the server ends in between.
 */
export function createOutbox({ store, copy, views, connection, backoff, settle }: Parts): Outbox {
  const stopping = new AbortController();
  const { sleep, wake } = createSleep(stopping.signal);
  const sending = new Set<string>();
  /** How often each write met what may be a fault. */
  const attempts = new Map<string, number>();
  /** Writes whose storing has not ended. */
  const unstored = new Set<string>();
  let failures = 0;
  /** Each ends by itself, so that one after another does not cut it short. */
  let pauses = 0;

  const isOver = () => stopping.signal.aborted || connection.status().state === 'ENDED';

  function pump(): void {
    if (pauses > 0 || isOver()) return;
    for (const write of views.waiting()) {
      if (sending.size >= MOST_AT_ONCE) return;
      // A later write to the same conversation comes after it.
      if (sending.has(write.conversationId) || unstored.has(write.id)) continue;
      sending.add(write.conversationId);
      void deliver(write).finally(() => {
        sending.delete(write.conversationId);
        pump();
      });
    }
  }

  async function deliver(write: PendingWrite): Promise<void> {
    const askedAt = copy.moment();
    try {
      const query = String(WRITE_DOCUMENTS[write.kind]);
      const input = { ...write.input, idempotencyKey: write.id };
      const { answer } = await connection.run<{ answer: WriteAnswer }>(query, { input });
      if (stopping.signal.aborted) return;
      attempts.delete(write.id);
      conclude(write, answer, askedAt);
      resume();
    } catch (reason) {
      if (!isOver()) await fail(write, toRequestError(reason));
    }
  }

  /** Once there is reason to think that the server can be reached: failures from before no longer matter. */
  function resume(): void {
    failures = 0;
    wake();
    pump();
  }

  function conclude(write: PendingWrite, answer: WriteAnswer, askedAt: number): void {
    const refusal = refusalIn(answer);
    const conversation = conversationIn(answer);
    void store.commit((transaction) => {
      const isNeeded = conversation && copy.isKept(conversation.id);
      if (conversation && isNeeded) copy.putConversation(transaction, conversation, { askedAt });
      if ('messageEdge' in answer && copy.wantsMessagesOf(answer.messageEdge.node.conversation.id)) {
        copy.putMessage(transaction, answer.messageEdge.node, { askedAt });
      }
      if (refusal) {
        transaction.put({ table: 'write', key: write.id, value: { ...write, refusal } });
        return;
      }
      if (conversation && isNeeded) settle(transaction, conversation);
      transaction.remove('write', write.id);
      copy.release(transaction, write.conversationId);
    });
  }

  async function fail(write: PendingWrite, reason: RequestError): Promise<void> {
    const isDoubtful = mayBeFault(reason);
    const attempt = (attempts.get(write.id) ?? 0) + (isDoubtful ? 1 : 0);
    attempts.set(write.id, attempt);
    if (isWorthRepeating(reason, attempt)) {
      const isFirm = reason.retryAfterMs !== undefined;
      // It alone waits for what may be a fault of its own, whatever becomes of others.
      if (isDoubtful && !isFirm) return sleep(waitAfter(attempt - 1, undefined, backoff), true);
      // For all: what one write met, the others would meet too.
      const waitMs = waitAfter(failures, reason.retryAfterMs, backoff);
      if (pauses === 0) failures += 1;
      pauses += 1;
      await sleep(waitMs, isFirm);
      pauses -= 1;
      return;
    }
    attempts.delete(write.id);
    const { code, message } = reason;
    const refusal = { type: null, code, message, issues: [], existingId: null };
    void store.commit((transaction) =>
      transaction.put({ table: 'write', key: write.id, value: { ...write, refusal } }),
    );
  }

  function change({ added, dismissed }: OutboxChange): Promise<void> {
    // Of a tab that did not learn that it was stored, and says so again.
    const isNew = added && !store.tables.write.has(added.id);
    if (isNew) unstored.add(added.id);
    const stored = store.commit((transaction) => {
      // First, so that what it is about is kept.
      if (isNew) {
        const value = { ...added, order: nextOrder(store.tables) };
        transaction.put({ table: 'write', key: value.id, value });
      }
      const other = dismissed === null ? undefined : store.tables.write.get(dismissed);
      if (!other?.refusal) return;
      transaction.remove('write', other.id);
      copy.release(transaction, other.conversationId);
    });
    if (isNew) {
      // Also if it cannot be stored: then it is better sent than lost.
      const send = () => {
        unstored.delete(added.id);
        pump();
      };
      stored.then(send, send);
    }
    return stored;
  }

  queueMicrotask(pump);
  return {
    change,
    wake: resume,
    stop: () => stopping.abort(),
  };
}
