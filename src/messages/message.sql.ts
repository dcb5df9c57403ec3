import { isDeepStrictEqual } from 'node:util';
import { toJson } from '../db/json.js';
import type { Work } from '../db/transaction.js';
import { ConflictError, NotFoundError } from '../errors.js';
import type { Conversation, Message } from '../generated/prisma/client.js';
import { encodeId } from '../graphql/ids.js';
import { toJsonObject } from '../validation.js';
import type { NewMessage } from './append-message.js';

/** Writes a message with its numbers. */
export async function insertMessage(
  { tx, now, newId }: Work,
  { workspaceId, id, channelId }: Conversation,
  { author, ...input }: NewMessage & { seq: number; inboundSeq: number },
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

type Repeat = Pick<NewMessage, 'author' | 'direction' | 'text' | 'content' | 'externalId' | 'clientMessageId'>;

/**
 * The message that was stored when this one was sent before, by clientMessageId within the conversation or by externalId
 * within the channel; null where it is new. A customer's may stand in another conversation, where it was routed. Throws ConflictError where the id was used for another message.
 */
export async function findRepeated(
  { tx, workspaceId }: Work,
  conversation: Conversation,
  input: Repeat,
): Promise<Message | null> {
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
  if (found.length === 1 && reachable && sameMessage(stored, input)) return stored;
  const name = stored.clientMessageId === clientMessageId ? 'clientMessageId' : 'externalId';
  throw new ConflictError(`This ${name} was used for another message. Use a new one.`);
}

function sameMessage(stored: Message, input: Repeat): boolean {
  return (
    stored.authorType === input.author.type &&
    stored.authorId === input.author.id &&
    stored.direction === input.direction &&
    stored.text === input.text &&
    isDeepStrictEqual(toJsonObject(stored.content), toJson(input.content))
  );
}

/** A message of the workspace; throws NotFoundError where there is none. */
export async function findMessage({ tx, workspaceId }: Work, messageId: string): Promise<Message> {
  const message = await tx.message.findUnique({ where: { workspaceId_id: { workspaceId, id: messageId } } });
  if (!message) throw new NotFoundError('message', encodeId('Message', messageId));
  return message;
}
