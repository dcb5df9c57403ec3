import { isDeepStrictEqual } from 'node:util';
import { toJson } from '../../db/json.js';
import type { Conversation, Message, Prisma } from '../../generated/prisma/client.js';
import type { MessageDirection } from '../../generated/prisma/enums.js';
import { type ActorRef, actorOf, type SystemRef, sameActor } from '../../lib/actor-ref.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { type JsonObject, toJsonObject } from '../../lib/validation.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { resolveActor } from '../contacts/merged-contact.sql.js';
import { lockConversations } from '../conversations/conversation.sql.js';
import type { PreparedUpload } from '../uploads/prepare-uploads.js';
import { attachedKeys } from '../uploads/upload.sql.js';

export type NewMessage = {
  author: ActorRef | SystemRef;
  direction: MessageDirection;
  text: string | null;
  content: object;
  metadata: JsonObject;
  externalId: string | null;
  clientMessageId: string | null;
  /** A message of the conversation that it goes to. */
  replyToId?: string | null;
  /** Its attachments. */
  uploads?: readonly PreparedUpload[];
};

/** Writes a message with its numbers. */
export async function insertMessage(
  { tx, now, newId }: Work,
  { workspaceId, id, channelId }: Conversation,
  { author, ...input }: Omit<NewMessage, 'uploads'> & { seq: number; inboundSeq: number },
): Promise<Message> {
  return tx.message.create({
    data: {
      ...input,
      content: toJson(input.content),
      metadata: toJson(input.metadata),
      workspaceId,
      id: newId(),
      conversationId: id,
      channelId,
      authorType: author.type,
      authorId: author.id,
      status: input.direction === 'INBOUND' ? 'DELIVERED' : 'PENDING',
      createdAt: now,
      updatedAt: now,
    },
  });
}

type Repeat = Pick<
  NewMessage,
  'author' | 'direction' | 'text' | 'content' | 'externalId' | 'clientMessageId' | 'uploads'
>;

/**
 * The message that was stored when this one was sent before, by clientMessageId within the conversation or by externalId
 * within the channel; null where it is new. A customer's may stand in another conversation, where it was routed. Throws
 * ConflictError where the id was used for another message. One that was edited or deleted since then is known by its author.
 */
export async function findRepeated(work: Work, conversation: Conversation, input: Repeat): Promise<Message | null> {
  const { tx, workspaceId } = work;
  const { externalId, clientMessageId } = input;
  if (externalId === null && clientMessageId === null) return null;
  const found = await tx.$queryRaw<Message[]>`
    SELECT * FROM "Message" WHERE "workspaceId" = ${workspaceId}::uuid
      AND "conversationId" = ${conversation.id}::uuid AND "clientMessageId" = ${clientMessageId}
    UNION
    SELECT * FROM "Message" WHERE "workspaceId" = ${workspaceId}::uuid
      AND "channelId" IS NOT DISTINCT FROM ${conversation.channelId}::uuid AND "externalId" = ${externalId}`;
  const [stored] = found;
  if (!stored) return null;
  const reachable = stored.conversationId === conversation.id || input.direction === 'INBOUND';
  if (found.length === 1 && reachable && (await sameMessage(work, stored, input))) return stored;
  const sameClientId = stored.conversationId === conversation.id && stored.clientMessageId === clientMessageId;
  const name = clientMessageId !== null && sameClientId ? 'clientMessageId' : 'externalId';
  throw new ConflictError(`This ${name} was used for another message. Use a new one.`);
}

/**
 * The message that was stored when this customer's message was sent to the same closed conversation before and routed to
 * another one, by its clientMessageId; null where it is new.
 */
export async function findRouted(
  work: Work,
  { status, exclusive, channelId, contactId, closedAt }: Conversation,
  input: Repeat,
): Promise<Message | null> {
  const { tx, workspaceId } = work;
  const { clientMessageId, direction } = input;
  if (status !== 'CLOSED' || !exclusive || direction !== 'INBOUND' || clientMessageId === null) return null;
  const found = await tx.$queryRaw<Message[]>`
    SELECT m.* FROM "Conversation" c
    JOIN "Message" m ON m."workspaceId" = c."workspaceId" AND m."conversationId" = c.id
      AND m."clientMessageId" = ${clientMessageId}
    WHERE c."workspaceId" = ${workspaceId}::uuid AND c."channelId" = ${channelId}::uuid
      AND c."contactId" = ${contactId}::uuid AND m."createdAt" >= ${closedAt}`;
  for (const stored of found) if (await sameMessage(work, stored, input)) return stored;
  return null;
}

async function sameMessage(work: Work, stored: Message, input: Repeat): Promise<boolean> {
  return (
    stored.direction === input.direction &&
    (stored.editedAt !== null || stored.deletedAt !== null || saysTheSame(stored, input)) &&
    (stored.deletedAt !== null || (await hasSameUploads(work, stored, input))) &&
    (await isAuthor(work, stored, input))
  );
}

async function hasSameUploads(work: Work, { id }: Message, { uploads = [] }: Repeat): Promise<boolean> {
  return isDeepStrictEqual(
    await attachedKeys(work, id),
    uploads.map(({ key }) => key),
  );
}

/** Whether a stored message has this text and content. */
export function saysTheSame(stored: Message, { text, content }: Pick<Repeat, 'text' | 'content'>): boolean {
  return stored.text === text && isDeepStrictEqual(toJsonObject(stored.content), toJson(content));
}

/** A contact who was merged since then is the same author. */
async function isAuthor(work: Work, stored: Message, { author }: Repeat): Promise<boolean> {
  const storedAuthor = actorOf(stored.authorType, stored.authorId);
  if (sameActor(storedAuthor, author)) return true;
  return storedAuthor.type === 'CONTACT' && sameActor(await resolveActor(work, storedAuthor), author);
}

/** A message of the workspace; throws NotFoundError where there is none. */
async function findMessage({ tx, workspaceId }: Work, messageId: string): Promise<Message> {
  const message = await tx.message.findUnique({ where: { workspaceId_id: { workspaceId, id: messageId } } });
  if (!message) throw new NotFoundError('message', encodeId('Message', messageId));
  return message;
}

/** A message of one of these conversations; throws NotFoundError where it stands in none of them. */
export async function findMessageIn(work: Work, conversationIds: string[], messageId: string): Promise<Message> {
  const message = await findMessage(work, messageId);
  if (conversationIds.includes(message.conversationId)) return message;
  throw new NotFoundError('message', encodeId('Message', messageId));
}

/** A message that the viewer may see, with its conversation locked; throws NotFoundError where there is none. */
export async function lockMessage(
  work: Work,
  messageId: string,
): Promise<{ message: Message; conversation: Conversation }> {
  const { conversationId } = await findMessage(work, messageId);
  const [conversation] = await lockConversations(work, [conversationId]);
  if (!conversation) throw new NotFoundError('message', encodeId('Message', messageId));
  return { message: await findMessage(work, messageId), conversation };
}

/** Writes changes to a message of a locked conversation. */
export async function changeMessage(
  { tx, workspaceId, now }: Work,
  { id }: Message,
  changes: Prisma.MessageUncheckedUpdateInput,
): Promise<Message> {
  return tx.message.update({ where: { workspaceId_id: { workspaceId, id } }, data: { ...changes, updatedAt: now } });
}
