import { eraseMessage, eraseNote } from '../../erasure/deliveries.sql.js';
import type { Conversation, Message, Prisma } from '../../generated/prisma/client.js';
import type { MessageStatus } from '../../generated/prisma/enums.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { eraseAsDeleted } from '../conversations/deleted-messages.sql.js';
import { updateMessages } from './conversations.sql.js';
import { externalIdOf, type ImportedConversation, type ImportedMessage, type SourceName } from './source.js';
import type { Appended } from './thread.js';
import { sameJson } from './untouched.js';

/** A message with its id and author in the workspace. */
export type Resolved = Omit<ImportedMessage, 'author'> & { id: string; author: ActorRef | SystemRef };

type Within = Pick<Conversation, 'workspaceId' | 'id' | 'channelId'>;

/** A row that is written as JSON, of which nothing is copied before. */
type NewRow = Omit<Message, 'content' | 'metadata'> & { content: object; metadata: object };

/** The row of a new message. `replies` has the ids of messages by their externalIds. */
export function messageRow(
  source: SourceName,
  message: Appended<Resolved>['messages'][number],
  { workspaceId, id: conversationId, channelId }: Within,
  replies: ReadonlyMap<string | null, string>,
): NewRow {
  const { id, author, inbound, internal, key, seq, noteSeq, inboundSeq, createdAt } = message;
  const { text, content, status, errorMessage, replyTo, deleted } = message;
  return {
    ...{ workspaceId, id, conversationId, channelId, seq, noteSeq, inboundSeq },
    ...{ direction: inbound ? 'INBOUND' : 'OUTBOUND', visibility: internal ? 'INTERNAL' : 'PUBLIC' },
    ...{ authorType: author.type, authorId: author.id, viaKeyId: null },
    ...{ text, content, status, errorMessage, metadata: deleted ? {} : { [source]: message.metadata } },
    ...{ externalId: externalIdOf(source, 'message', key), clientMessageId: null },
    replyToId: (replyTo && replies.get(externalIdOf(source, 'message', replyTo))) ?? null,
    ...{ editedAt: null, deletedAt: deleted ? createdAt : null, createdAt, updatedAt: createdAt },
  };
}

const json = (value: object): Prisma.JsonObject => JSON.parse(JSON.stringify(value));

type Item = { given: ImportedConversation; row: Within & Pick<Conversation, 'contactId' | 'ownerId'> };

/**
 * Makes messages that were imported before what they are in the other system now: edited or deleted, as far as they were
 * not in Parley, and delivered or read. Returns how many have changed.
 */
export async function updateKnownMessages(
  work: SystemWork,
  source: SourceName,
  items: readonly Item[],
  known: ReadonlyMap<string | null, Message>,
): Promise<number> {
  const rows: Message[] = [];
  for (const { given, row } of items) {
    for (const message of given.messages) {
      const present = known.get(externalIdOf(source, 'message', message.key));
      if (present?.conversationId !== row.id || present.deletedAt) continue;
      const changed = changedMessage(source, present, message, work.now);
      if (!changed) continue;
      await eraseFormer(work, present, changed);
      rows.push(changed);
      const isNote = present.visibility === 'INTERNAL';
      const subject = isNote ? { ...row, contactId: null } : row;
      work.recordChange(present.id, { type: isNote ? 'note.imported' : 'message.imported', payload: {} }, subject);
    }
  }
  await updateMessages(work, rows);
  return rows.length;
}

function changedMessage(source: SourceName, present: Message, given: ImportedMessage, now: Date): Message | null {
  const edited = present.editedAt === null && !given.deleted && !sameBody(present, given);
  const status = laterStatus(present.status, given.status);
  if (!edited && !given.deleted && status === present.status) return null;
  const row = { ...present, status, updatedAt: now };
  if (status !== present.status) row.errorMessage = given.errorMessage;
  if (given.deleted) return { ...row, text: null, content: {}, metadata: {}, deletedAt: now };
  return edited
    ? { ...row, text: given.text, content: json(given.content), metadata: json({ [source]: given.metadata }) }
    : row;
}

const sameBody = (present: Message, { text, content }: { text: string | null; content: unknown }) =>
  present.text === text && sameJson(present.content, content);

const order: readonly MessageStatus[] = ['PENDING', 'SENT', 'FAILED', 'DELIVERED', 'READ'];

function laterStatus(present: MessageStatus, given: MessageStatus): MessageStatus {
  return order.indexOf(given) > order.indexOf(present) ? given : present;
}

/** Erases what webhooks sent of a message whose text is another now, or none. */
async function eraseFormer(work: SystemWork, present: Message, changed: Message): Promise<void> {
  const isNote = present.visibility === 'INTERNAL';
  if (changed.deletedAt) await (isNote ? eraseNote(work, present) : eraseAsDeleted(work, present));
  else if (!sameBody(present, changed)) await (isNote ? eraseNote(work, present) : eraseMessage(work, present));
}
