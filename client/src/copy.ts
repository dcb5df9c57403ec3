import type { SyncedConversationFragment, SyncedMessageFragment } from './generated/operations.js';
import type { ActorRecord } from './records.js';
import type { Store, Transaction } from './store.js';

type PutOptions = {
  /** The moment, by `copy.moment`, when an answer was asked for: what was removed since is not put. */
  askedAt?: number;
  /** Put it whatever is held: the server's history is another, as after a restored backup. */
  anew?: boolean;
};

/** What the server says, put into the store by the rules of docs/protocol.md. */
export type Copy = {
  moment: () => number;
  putConversation: (transaction: Transaction, row: SyncedConversationFragment, options?: PutOptions) => void;
  putMessage: (transaction: Transaction, message: SyncedMessageFragment, options?: PutOptions) => void;
  putActor: (transaction: Transaction, actor: ActorRecord, options?: PutOptions) => void;
  /** Drops what has this id; of a conversation also its messages. Lists say themselves what leaves them. */
  drop: (transaction: Transaction, id: string) => void;
  /** Drops the messages of a conversation, and that they are held. */
  dropThread: (transaction: Transaction, conversationId: string) => void;
  addMember: (transaction: Transaction, list: string, conversationId: string) => void;
  removeMember: (transaction: Transaction, list: string, conversationId: string) => void;
  /** Drops the conversation if nothing needs it any more. */
  release: (transaction: Transaction, conversationId: string) => void;
  /** Drops all that nothing needs. */
  sweep: (transaction: Transaction) => void;
  isKept: (conversationId: string) => boolean;
  isListed: (conversationId: string) => boolean;
  /** Whether its messages are held, or are being loaded. */
  wantsMessagesOf: (conversationId: string) => boolean;
  /** Has a conversation kept for a reason that is not stored, such as that it is shown; the result ends that. */
  keep: (conversationId: string) => () => void;
};

export function createCopy({ tables, membersOf, listsOf, messagesOf }: Store): Copy {
  const kept = new Map<string, number>();
  const removedAt = new Map<string, number>();
  let moment = 0;

  const wasRemoved = (id: string, { askedAt }: PutOptions) =>
    askedAt !== undefined && (removedAt.get(id) ?? 0) > askedAt;

  const isListed = (id: string) => listsOf(id).size > 0;

  const isKept = (id: string) =>
    isListed(id) ||
    kept.has(id) ||
    tables.thread.has(id) ||
    [...tables.write.values()].some(({ conversationId }) => conversationId === id);

  function putActor(transaction: Transaction, actor: ActorRecord, options: PutOptions = {}): void {
    const held = tables.actor.get(actor.id);
    if (held && !options.anew && held.updatedAt > actor.updatedAt) return;
    transaction.put({ table: 'actor', key: actor.id, value: actor });
  }

  function dropThread(transaction: Transaction, conversationId: string): void {
    for (const id of [...messagesOf(conversationId)]) transaction.remove('message', id);
    transaction.remove('thread', conversationId);
  }

  function drop(transaction: Transaction, id: string): void {
    moment += 1;
    removedAt.set(id, moment);
    dropThread(transaction, id);
    for (const table of ['conversation', 'message', 'actor'] as const) transaction.remove(table, id);
  }

  function release(transaction: Transaction, conversationId: string): void {
    if (isKept(conversationId)) return;
    dropThread(transaction, conversationId);
    transaction.remove('conversation', conversationId);
  }

  return {
    moment: () => moment,
    putActor,
    putConversation: (transaction, { assignee, contact, ...row }, options = {}) => {
      if (wasRemoved(row.id, options)) return;
      for (const actor of [assignee, contact]) if (actor) putActor(transaction, actor, options);
      const held = tables.conversation.get(row.id);
      if (held && !options.anew && held.revision > row.revision) return;
      const value = { ...row, assigneeId: assignee?.id ?? null, contactId: contact?.id ?? null };
      transaction.put({ table: 'conversation', key: row.id, value });
    },
    putMessage: (transaction, message, options = {}) => {
      if (wasRemoved(message.id, options) || wasRemoved(message.conversation.id, options)) return;
      const held = tables.message.get(message.id);
      if (held && !options.anew && held.updatedAt > message.updatedAt) return;
      // Without the conversation that an answer may have brought along.
      const value = { ...message, conversation: { id: message.conversation.id } };
      transaction.put({ table: 'message', key: message.id, value });
    },
    drop,
    dropThread,
    addMember: (transaction, list, conversationId) => {
      if (membersOf(list).has(conversationId)) return;
      transaction.put({ table: 'member', key: `${list} ${conversationId}`, value: { list, conversationId } });
    },
    removeMember: (transaction, list, conversationId) => transaction.remove('member', `${list} ${conversationId}`),
    release,
    sweep: (transaction) => {
      for (const id of [...tables.conversation.keys()]) release(transaction, id);
      const shown = [...tables.conversation.values()].flatMap(({ assigneeId, contactId }) => [assigneeId, contactId]);
      const needed = new Set(shown);
      for (const id of [...tables.actor.keys()]) if (!needed.has(id)) transaction.remove('actor', id);
    },
    isKept,
    isListed,
    wantsMessagesOf: (id) => tables.thread.has(id) || kept.has(id),
    keep: (id) => {
      kept.set(id, (kept.get(id) ?? 0) + 1);
      return () => {
        const others = (kept.get(id) ?? 1) - 1;
        if (others > 0) kept.set(id, others);
        else kept.delete(id);
      };
    },
  };
}
