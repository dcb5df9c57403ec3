import { viaKeyId } from '../../auth/viewer.js';
import { type Conversation, type Message, Prisma } from '../../generated/prisma/client.js';
import type { MessageDirection, MessageVisibility } from '../../generated/prisma/enums.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { JsonObject } from '../../lib/validation.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockConversations } from '../conversations/conversation.sql.js';
import type { PreparedUpload } from '../uploads/prepare-uploads.js';
import { isKnownTo } from './note.sql.js';

export type NewMessage = {
  /** Default: a new one. */
  id?: string | undefined;
  author: ActorRef | SystemRef;
  direction: MessageDirection;
  visibility: MessageVisibility;
  /** Users, each once; none if it is public. */
  mentionedUserIds: readonly string[];
  text: string | null;
  content: object;
  metadata: JsonObject;
  externalId: string | null;
  clientMessageId: string | null;
  /** A message of the same conversation. */
  replyToId?: string | null;
  uploads?: readonly PreparedUpload[];
};

/** A message with the conversation that it is in, as that was when it was locked. */
export type MessageInConversation = { message: Message; conversation: Conversation };

/** A message that is being written: its row can be read at the end of the transaction without another statement. */
export type WrittenMessage = { id: string; conversation: Conversation; row: () => Promise<Message> };

type Numbered = Omit<NewMessage, 'uploads' | 'mentionedUserIds'> & {
  seq: number;
  inboundSeq: number;
  /** Of a note. */
  noteSeq?: Prisma.Sql;
};

/**
 * Inserts a message, and runs the statements that it entails in the same one. `seq` counts the public messages of the
 * conversation up to this one, `inboundSeq` the inbound ones.
 */
export function insertMessage(
  { later, viewer, now, newId }: Work,
  conversation: Conversation,
  { id = newId(), author, direction, visibility, noteSeq = Prisma.sql`0`, ...input }: Numbered,
  entailed: readonly Prisma.Sql[],
): WrittenMessage {
  const { workspaceId, id: conversationId, channelId } = conversation;
  const parts = entailed.map((statement, index) => Prisma.sql`${Prisma.raw(`entailed${index}`)} AS (${statement})`);
  // There is nobody to deliver a note to.
  const status = direction === 'INBOUND' || visibility === 'INTERNAL' ? 'DELIVERED' : 'PENDING';
  const rows = later<Message>`
    ${parts.length > 0 ? Prisma.sql`WITH ${Prisma.join(parts)}` : Prisma.empty}
    INSERT INTO "Message" ("workspaceId", id, "conversationId", seq, "noteSeq", "inboundSeq", "channelId", direction,
      visibility, "authorType", "authorId", "viaKeyId", text, content, metadata, "externalId", "clientMessageId",
      "replyToId", status, "createdAt", "updatedAt")
    VALUES (${workspaceId}, ${id}, ${conversationId}, ${input.seq}, ${noteSeq}, ${input.inboundSeq}, ${channelId},
      ${direction}, ${visibility}, ${author.type}, ${author.id}, ${viaKeyId(viewer, author)}, ${input.text},
      ${JSON.stringify(input.content)}, ${JSON.stringify(input.metadata)}, ${input.externalId}, ${input.clientMessageId},
      ${input.replyToId}, ${status}, ${now}, ${now})
    RETURNING *`;
  return { id, conversation, row: async () => theOnly(await rows()) };
}

function theOnly(rows: Message[]): Message {
  const [row] = rows;
  if (!row) throw new Error('A message was not inserted.');
  return row;
}

/**
 * A message of the workspace, whether the viewer may see its conversation or not. Throws NotFoundError if there is none, or
 * if it is a note and the viewer does not learn of notes.
 */
async function findMessage({ tx, workspaceId, viewer }: Work, messageId: string): Promise<Message> {
  const [message] = await tx.$queryRaw<Message[]>`
    SELECT m.* FROM "Message" m
    WHERE m."workspaceId" = ${workspaceId}::uuid AND m.id = ${messageId}::uuid AND ${isKnownTo(viewer)}`;
  if (!message) throw new NotFoundError('message', encodeId('Message', messageId));
  return message;
}

/** A message of one of these conversations. Throws NotFoundError if it is in none of them. */
export async function findMessageIn(work: Work, conversationIds: string[], messageId: string): Promise<Message> {
  const message = await findMessage(work, messageId);
  if (conversationIds.includes(message.conversationId)) return message;
  throw new NotFoundError('message', encodeId('Message', messageId));
}

/** A message that the viewer may see, with its conversation locked. Throws NotFoundError if there is none. */
export async function lockMessage(work: Work, messageId: string): Promise<MessageInConversation> {
  const { conversationId } = await findMessage(work, messageId);
  // Sent together, in this order: the message is read under the lock.
  const [[conversation], message] = await Promise.all([
    lockConversations(work, [conversationId]),
    findMessage(work, messageId),
  ]);
  if (!conversation) throw new NotFoundError('message', encodeId('Message', messageId));
  return { message, conversation };
}

/** Updates a message of a locked conversation. */
export async function changeMessage(
  { tx, workspaceId, now }: Work,
  { id }: Message,
  changes: Prisma.MessageUncheckedUpdateInput,
): Promise<Message> {
  return tx.message.update({ where: { workspaceId_id: { workspaceId, id } }, data: { ...changes, updatedAt: now } });
}
