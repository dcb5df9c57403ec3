import { isDeepStrictEqual } from 'node:util';
import { toJson } from '../../db/client.js';
import { type Conversation, type Message, Prisma } from '../../generated/prisma/client.js';
import { actorOf, sameActor } from '../../lib/actor-ref.js';
import { ConflictError } from '../../lib/errors.js';
import { toJsonObject } from '../../lib/validation.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { resolveActor } from '../contacts/merged-contact.sql.js';
import { attachedKeys } from '../uploads/upload.sql.js';
import { mentionsOf } from './mention.sql.js';
import type { NewMessage } from './message.sql.js';

type Candidate = Pick<
  NewMessage,
  | 'id'
  | 'author'
  | 'direction'
  | 'visibility'
  | 'mentionedUserIds'
  | 'text'
  | 'content'
  | 'externalId'
  | 'clientMessageId'
  | 'uploads'
>;

/**
 * The stored message that this one duplicates: with the same id, the same clientMessageId in the conversation and the same
 * visibility, or the same externalId on the channel; null if it is new. A customer's message may have been routed to another conversation. A message that was
 * edited or deleted since is compared by its author only.
 * @throws {ConflictError} if the id belongs to a different message
 */
export async function findDuplicate(
  work: Work,
  conversation: Conversation,
  candidate: Candidate,
): Promise<Message | null> {
  const { tx, workspaceId } = work;
  const { id, externalId, clientMessageId, visibility } = candidate;
  if (!id && externalId === null && clientMessageId === null) return null;
  const withSameId = id
    ? Prisma.sql`UNION SELECT * FROM "Message" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`
    : Prisma.empty;
  const found = await tx.$queryRaw<Message[]>`
    SELECT * FROM "Message" WHERE "workspaceId" = ${workspaceId}::uuid
      AND "conversationId" = ${conversation.id}::uuid AND "clientMessageId" = ${clientMessageId}
      AND visibility = ${visibility}::"MessageVisibility"
    UNION
    SELECT * FROM "Message" WHERE "workspaceId" = ${workspaceId}::uuid
      AND "channelId" IS NOT DISTINCT FROM ${conversation.channelId}::uuid AND "externalId" = ${externalId}
    ${withSameId}`;
  const [stored] = found;
  if (!stored) return null;
  const reachable = stored.conversationId === conversation.id || mayBeRouted(conversation, stored, candidate);
  if (found.length === 1 && reachable && (await isSameMessage(work, stored, candidate))) return stored;
  const sameClientId = stored.conversationId === conversation.id && stored.clientMessageId === clientMessageId;
  const name = clientMessageId !== null && sameClientId ? 'clientMessageId' : 'externalId';
  if (stored.id === id) throw new ConflictError('This id was used for something else. Make a new one.');
  throw new ConflictError(`This ${name} was used for another message. Use a new one.`);
}

/** Whether a stored message can be one to this conversation that went to another: a customer's, on the same channel. */
function mayBeRouted({ channelId, exclusive }: Conversation, stored: Message, { id, direction }: Candidate): boolean {
  return direction === 'INBOUND' && stored.channelId === channelId && (exclusive || stored.id !== id);
}

/**
 * The stored message that this customer's message to a closed conversation duplicates: the first one, with the same
 * clientMessageId, was routed to another conversation of the same channel and contact. null if it is new.
 */
export async function findRoutedDuplicate(
  work: Work,
  { status, exclusive, channelId, contactId, closedAt }: Conversation,
  candidate: Candidate,
): Promise<Message | null> {
  const { tx, workspaceId } = work;
  const { clientMessageId, direction } = candidate;
  if (status !== 'CLOSED' || !exclusive || direction !== 'INBOUND' || clientMessageId === null) return null;
  const found = await tx.$queryRaw<Message[]>`
    SELECT m.* FROM "Conversation" c
    JOIN "Message" m ON m."workspaceId" = c."workspaceId" AND m."conversationId" = c.id
      AND m."clientMessageId" = ${clientMessageId} AND m.visibility = 'PUBLIC'
    WHERE c."workspaceId" = ${workspaceId}::uuid AND c."channelId" = ${channelId}::uuid
      AND c."contactId" = ${contactId}::uuid AND m."createdAt" >= ${closedAt}`;
  for (const stored of found) if (await isSameMessage(work, stored, candidate)) return stored;
  return null;
}

async function isSameMessage(work: Work, stored: Message, candidate: Candidate): Promise<boolean> {
  return (
    stored.direction === candidate.direction &&
    stored.visibility === candidate.visibility &&
    (stored.editedAt !== null || stored.deletedAt !== null || (await hasSameBody(work, stored, candidate))) &&
    (stored.deletedAt !== null || (await hasSameUploads(work, stored, candidate))) &&
    (await isAuthor(work, stored, candidate))
  );
}

async function hasSameBody(work: Work, stored: Message, candidate: Candidate): Promise<boolean> {
  if (!hasSameContent(stored, candidate)) return false;
  if (stored.visibility === 'PUBLIC') return true;
  return isDeepStrictEqual(await mentionsOf(work, stored.id), [...candidate.mentionedUserIds].sort());
}

/** Whether a stored message has this text and content. */
export function hasSameContent(stored: Message, { text, content }: Pick<NewMessage, 'text' | 'content'>): boolean {
  return stored.text === text && isDeepStrictEqual(toJsonObject(stored.content), toJson(content));
}

async function hasSameUploads(work: Work, { id }: Message, { uploads = [] }: Candidate): Promise<boolean> {
  return isDeepStrictEqual(
    await attachedKeys(work, id),
    uploads.map(({ key }) => key),
  );
}

/** Whether the candidate has the author of the stored message, who may be a contact that was merged since. */
async function isAuthor(work: Work, stored: Message, { author }: Candidate): Promise<boolean> {
  const storedAuthor = actorOf(stored.authorType, stored.authorId);
  if (sameActor(storedAuthor, author)) return true;
  return storedAuthor.type === 'CONTACT' && sameActor(await resolveActor(work, storedAuthor), author);
}
