import type { SyncedMessageFragment } from './generated/operations.js';
import { withWrite } from './optimism.js';
import type { ActorRecord, ConversationRecord } from './records.js';
import type { Store } from './store.js';
import type { PendingWrite, Refusal } from './writes.js';

/** A conversation as it will be when all that was written is accepted. */
export type Conversation = ConversationRecord & {
  assignee: ActorRecord | null;
  contact: ActorRecord | null;
  /** Whether something written here waits to be accepted. */
  isPending: boolean;
};

/** A message, sent or not. */
export type Message = Pick<SyncedMessageFragment, 'id' | 'createdAt'> & {
  /** Null as long as it is not sent and none was given: the server decides by who sends it. */
  direction: SyncedMessageFragment['direction'] | null;
  /** INTERNAL for a note among the team. */
  visibility: SyncedMessageFragment['visibility'];
  text: string | null;
  /** Null as long as the server has not accepted it, like what else only the server knows. */
  seq: number | null;
  sent: SyncedMessageFragment | null;
  /** Why it was refused: see `retry` and `dismiss` of the client, with the id of the write. */
  refused: { writeId: string; refusal: Refusal } | null;
};

/** What the copy and the outbox show together. */
export type Views = {
  conversation: (id: string) => Conversation | null;
  /** In order: by seq, with notes after the public message before them, then those that wait or were refused. */
  messages: (conversationId: string) => Message[];
  /** Writes that wait, in order; of one conversation, or all. */
  waiting: (conversationId?: string) => PendingWrite[];
  refused: () => PendingWrite[];
};

export function createViews({ tables, messagesOf, version }: Store): Views {
  let sorted: { version: number; all: PendingWrite[]; waiting: Map<string, PendingWrite[]> } | null = null;

  /** Once for each change, because every row of a list asks. */
  function sort() {
    if (sorted?.version === version()) return sorted;
    const all = [...tables.write.values()].sort((one, other) => one.order - other.order);
    const waiting = new Map<string, PendingWrite[]>();
    for (const write of all) {
      if (write.refusal) continue;
      waiting.set(write.conversationId, [...(waiting.get(write.conversationId) ?? []), write]);
    }
    sorted = { version: version(), all, waiting };
    return sorted;
  }

  const ordered = () => sort().all;
  const waiting = (id?: string) =>
    id === undefined ? ordered().filter(({ refusal }) => !refusal) : (sort().waiting.get(id) ?? []);
  const actor = (id: string | null) => (id === null ? null : (tables.actor.get(id) ?? null));

  return {
    waiting,
    refused: () => ordered().filter(({ refusal }) => refusal),
    conversation: (id) => {
      const writes = waiting(id);
      let row = tables.conversation.get(id);
      for (const write of writes) row = withWrite(row, write);
      if (!row) return null;
      return { ...row, assignee: actor(row.assigneeId), contact: actor(row.contactId), isPending: writes.length > 0 };
    },
    messages: (conversationId) => {
      const sent = [...messagesOf(conversationId)]
        .flatMap((id) => tables.message.get(id) ?? [])
        .sort((one, other) => one.seq - other.seq || one.noteSeq - other.noteSeq)
        .map((message): Message => {
          const { id, direction, visibility, createdAt, text, seq } = message;
          return { id, direction, visibility, createdAt, text: text ?? null, seq, sent: message, refused: null };
        });
      const unsent = ordered().flatMap((write): Message[] => {
        if (write.kind !== 'sendMessage' || write.conversationId !== conversationId) return [];
        if (tables.message.has(write.input.id)) return [];
        const { id, direction, visibility, text } = write.input;
        const refused = write.refusal && { writeId: write.id, refusal: write.refusal };
        const shown = { id, createdAt: write.at, text: text ?? null, seq: null, sent: null, refused };
        return [{ ...shown, direction: direction ?? null, visibility: visibility ?? 'PUBLIC' }];
      });
      return [...sent, ...unsent];
    },
  };
}
