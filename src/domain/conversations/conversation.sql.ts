import { anyIn } from '../../db/any-in.js';
import { assignments } from '../../db/assignments.js';
import { readIn } from '../../db/read.js';
import { type Conversation, Prisma } from '../../generated/prisma/client.js';
import { invalid, NotFoundError } from '../../lib/errors.js';
import { decodeId, encodeId } from '../../lib/ids.js';
import { nextRevision, raiseRevisions } from '../../unit-of-work/raise-revisions.sql.js';
import { laterOf, type SystemWork, type Work } from '../../unit-of-work/transaction.js';
import { type ClientKeyRows, createdWithClientKey, findClientKey } from './client-key.sql.js';
import type { ClientKey } from './conversation-fields.js';
import { scheduleTimers } from './timers.js';
import { visibleTo } from './visibility.sql.js';

/** Locks a conversation until the transaction ends. Throws NotFoundError if the viewer may not see one with this id. */
export async function lockConversation(work: Work, id: string): Promise<Conversation> {
  const [row] = await lockConversations(work, [id]);
  if (!row) throw new NotFoundError('conversation', encodeId('Conversation', id));
  return row;
}

/** Reads a conversation without a lock. Throws NotFoundError if the viewer may not see one with this id. */
export async function readConversation({ tx, viewer }: Work, id: string): Promise<Conversation> {
  const [row] = await tx.$queryRaw<Conversation[]>`
    SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ${id}::uuid`;
  if (!row) throw new NotFoundError('conversation', encodeId('Conversation', id));
  return row;
}

/** Locks the given conversations that the viewer may see, in ascending order of ids. */
export async function lockConversations({ tx, viewer }: Work, ids: string[]): Promise<Conversation[]> {
  return tx.$queryRaw<Conversation[]>`
    SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ${anyIn(ids, 'uuid')}
    ORDER BY c.id FOR UPDATE OF c`;
}

/** Locks a conversation for the server itself, which sees all of them. Returns null if there is none with this id. */
export async function lockAsSystem({ tx, workspaceId }: SystemWork, id: string): Promise<Conversation | null> {
  const [row] = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR UPDATE`;
  return row ?? null;
}

/** How an input identifies a conversation: by id, or with a client key by the externalId within it. */
export type ConversationRef = { conversationId: string; client?: ClientKey | undefined };

/** Locks the conversation that an input identifies. Throws NotFoundError if the viewer may not see it. */
export async function lockReferenced(work: Work, { conversationId, client }: ConversationRef): Promise<Conversation> {
  if (client) return lockConversation(work, await findByClientKey(work, conversationId, client));
  const id = decodeId('Conversation', conversationId);
  if (!id) throw invalid('conversationId', 'Must be an id that begins with conv_.');
  return lockConversation(work, id);
}

async function findByClientKey({ tx, workspaceId }: Work, externalId: string, client: ClientKey): Promise<string> {
  const rows = await findClientKey(readIn(tx), workspaceId, client);
  const [row] = rows
    ? await tx.$queryRaw<{ id: string }[]>`
        SELECT c.id FROM "Conversation" c
        WHERE c."workspaceId" = ${workspaceId}::uuid AND ${createdWithClientKey(rows)} AND c."externalId" = ${externalId}`
    : [];
  if (!row) throw new NotFoundError('conversation', externalId);
  return row.id;
}

/** Locks the active exclusive conversation of a channel and contact. Returns null if there is none. */
export async function lockActive(
  { tx, workspaceId }: Work,
  channelId: string,
  contactId: string,
): Promise<Conversation | null> {
  const [row] = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "channelId" = ${channelId}::uuid
      AND "contactId" = ${contactId}::uuid AND exclusive AND status <> 'CLOSED'
    FOR UPDATE`;
  return row ?? null;
}

/** Locks the active conversations of a client key that the viewer may see, in ascending order of ids. */
export async function lockActiveOf({ tx, viewer }: Work, rows: ClientKeyRows): Promise<Conversation[]> {
  return tx.$queryRaw<Conversation[]>`
    SELECT c.* FROM "Conversation" c
    WHERE ${visibleTo(viewer)} AND ${createdWithClientKey(rows)} AND c.status <> 'CLOSED'
    ORDER BY c.id FOR UPDATE OF c`;
}

/** Where an externalId is unique: within a client key if `clientBotId` is set, otherwise within the workspace. */
export type ExternalIdScope = {
  clientBotId?: string | null | undefined;
  contactId?: string | null | undefined;
  channelId?: string | null | undefined;
};

/** Locks the conversation that has an externalId in a scope. Returns null if there is none. */
export async function lockByExternalId(
  { tx, workspaceId }: Work,
  { clientBotId, contactId, channelId }: ExternalIdScope,
  externalId: string,
): Promise<Conversation | null> {
  const scope = clientBotId
    ? Prisma.sql`"clientBotId" = ${clientBotId}::uuid AND "contactId" = ${contactId}::uuid
        AND "channelId" = ${channelId}::uuid`
    : Prisma.sql`"clientBotId" IS NULL`;
  const [row] = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "externalId" = ${externalId} AND ${scope} FOR UPDATE`;
  return row ?? null;
}

/** The columns that a change may set. */
export type ConversationChanges = {
  [Column in Exclude<
    keyof Conversation,
    'workspaceId' | 'id' | 'version' | 'revision' | 'updatedAt' | 'lastMessageOrCreatedAt'
  >]?: (Column extends 'metadata' ? Prisma.InputJsonObject : Conversation[Column]) | undefined;
};

type VersionedChanges = ConversationChanges & Partial<Pick<Conversation, 'version' | 'updatedAt'>>;

/** The statement that sets columns of a locked conversation and raises its revision, and nothing else. */
export function setColumns(
  { raises }: SystemWork,
  { workspaceId, id }: Conversation,
  changes: VersionedChanges,
): Prisma.Sql {
  raises([id]);
  return Prisma.sql`UPDATE "Conversation" SET ${assignments(changes)}, ${nextRevision}
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`;
}

async function change(work: SystemWork, row: Conversation, changes: VersionedChanges): Promise<Conversation> {
  const [changed] = await work.tx.$queryRaw<Conversation[]>`${setColumns(work, row, changes)} RETURNING *`;
  if (!changed) throw new Error('A locked conversation is gone.');
  return changed;
}

/** Writes changes to a locked conversation, advances its version, and schedules timers for new times. */
export async function changeConversation(
  work: SystemWork,
  row: Conversation,
  changes: ConversationChanges,
): Promise<Conversation> {
  const updatedAt = laterOf(work.now, row.updatedAt);
  const changed = await change(work, row, { ...changes, version: row.version + 1, updatedAt });
  scheduleTimers(work, row, changed);
  return changed;
}

/** Raises the revision of a locked conversation of which only something below its row has changed, such as who is in it. */
export function raiseRevision({ later, workspaceId, raises }: SystemWork, row: Conversation): Conversation {
  raises([row.id]);
  raiseRevisions(later, workspaceId, [row.id]);
  return { ...row, revision: row.revision + 1 };
}

/** Advances the version and `updatedAt` of locked conversations in one statement. */
export async function advanceVersions(
  { tx, workspaceId, now, raises }: SystemWork,
  conversationIds: string[],
): Promise<void> {
  raises(conversationIds);
  await tx.$executeRaw`
    UPDATE "Conversation" SET version = version + 1, ${nextRevision}, "updatedAt" = greatest("updatedAt", ${now})
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${anyIn(conversationIds, 'uuid')}`;
}

/** Writes the same changes to locked conversations and advances their versions. Sets no timers. */
export async function changeConversations(
  { tx, workspaceId, now, raises }: SystemWork,
  ids: string[],
  changes: ConversationChanges,
): Promise<void> {
  raises(ids);
  await tx.$executeRaw`
    UPDATE "Conversation"
    SET ${assignments(changes)}, version = version + 1, ${nextRevision}, "updatedAt" = greatest("updatedAt", ${now})
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${anyIn(ids, 'uuid')}`;
}

/** Sets columns of a locked conversation that do not count towards its version. */
export async function changeUnversioned(
  work: Work,
  row: Conversation,
  changes: Pick<ConversationChanges, 'lastInteractionAt' | 'teamReadSeq' | 'teamReadInbound' | 'teamReadDeleted'>,
): Promise<Conversation> {
  return change(work, row, changes);
}

/** Deletes a locked conversation and the rows below it, except for uploads. Returns the number of its messages. */
export async function deleteConversationRows({ tx, workspaceId }: SystemWork, conversationId: string): Promise<number> {
  const ofConversation = { where: { workspaceId, conversationId } };
  await tx.messageTransportStatus.deleteMany({ where: { workspaceId, message: { conversationId } } });
  await tx.mention.deleteMany(ofConversation);
  const messages = await tx.message.deleteMany(ofConversation);
  await tx.participant.deleteMany(ofConversation);
  await tx.readPosition.deleteMany(ofConversation);
  await tx.transfer.deleteMany(ofConversation);
  await tx.prospectLink.deleteMany(ofConversation);
  await tx.conversation.deleteMany({ where: { workspaceId, id: conversationId } });
  return messages.count;
}
