import type { Conversation, Prisma } from '../../generated/prisma/client.js';
import { invalid, NotFoundError } from '../../lib/errors.js';
import { decodeId, encodeId } from '../../lib/ids.js';
import { laterOf, type SystemWork, type Work } from '../../unit-of-work/transaction.js';
import type { ClientKeyInput } from './client-key.js';
import { findTriple, ofTriple, type Triple } from './client-key.sql.js';
import { scheduleTimers } from './timers.js';
import { visibleTo } from './visibility.sql.js';

/** Locks a conversation that the viewer may see until the transaction ends; throws NotFoundError where there is none. */
export async function lockConversation(work: Work, id: string): Promise<Conversation> {
  const [row] = await lockConversations(work, [id]);
  if (!row) throw new NotFoundError('conversation', encodeId('Conversation', id));
  return row;
}

/** Locks those of these conversations that the viewer may see, in ascending order of ids. */
export async function lockConversations({ tx, viewer }: Work, ids: string[]): Promise<Conversation[]> {
  return tx.$queryRaw<Conversation[]>`
    SELECT c.* FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ANY(${ids}::uuid[])
    ORDER BY c.id FOR UPDATE OF c`;
}

/** How many of these conversations the viewer may see: a number, too, must not tell of the others. */
export async function countVisible({ tx, viewer }: Work, ids: string[]): Promise<number> {
  const [visible] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = ANY(${ids}::uuid[])`;
  return visible?.count ?? 0;
}

/** Locks a conversation for the server itself, which sees all of the workspace; null where there is none. */
export async function lockAsSystem({ tx, workspaceId }: SystemWork, id: string): Promise<Conversation | null> {
  const [row] = await tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR UPDATE`;
  return row ?? null;
}

/** A conversation as a mutation's input names it: by id, or with a client key by the externalId within it. */
export type ConversationRef = { conversationId: string; client?: ClientKeyInput | undefined };

/** Locks the conversation that an input names. */
export async function lockReferenced(work: Work, { conversationId, client }: ConversationRef): Promise<Conversation> {
  if (client) return lockConversation(work, await findInTriple(work, conversationId, client));
  const id = decodeId('Conversation', conversationId);
  if (!id) throw invalid('conversationId', 'Must be an id that begins with conv_.');
  return lockConversation(work, id);
}

async function findInTriple({ tx, workspaceId }: Work, externalId: string, client: ClientKeyInput): Promise<string> {
  const triple = await findTriple(tx, workspaceId, client);
  const [row] = triple
    ? await tx.$queryRaw<{ id: string }[]>`
        SELECT c.id FROM "Conversation" c
        WHERE c."workspaceId" = ${workspaceId}::uuid AND ${ofTriple(triple)} AND c."externalId" = ${externalId}`
    : [];
  if (!row) throw new NotFoundError('conversation', externalId);
  return row.id;
}

/** The active exclusive conversation of a channel and contact, locked; null where there is none. */
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

/** The active conversations made with a client key that the viewer may see, locked, in ascending order of ids. */
export async function lockActiveOf({ tx, viewer }: Work, triple: Triple): Promise<Conversation[]> {
  return tx.$queryRaw<Conversation[]>`
    SELECT c.* FROM "Conversation" c
    WHERE ${visibleTo(viewer)} AND ${ofTriple(triple)} AND c.status <> 'CLOSED'
    ORDER BY c.id FOR UPDATE OF c`;
}

/** The columns that a change may set. */
export type ConversationChanges = Omit<
  Prisma.ConversationUncheckedUpdateInput,
  'workspaceId' | 'id' | 'version' | 'updatedAt'
>;

/** Writes changes to a locked conversation; its version rises by one, and the timers of its new times are set. */
export async function changeConversation(
  work: SystemWork,
  row: Conversation,
  changes: ConversationChanges,
): Promise<Conversation> {
  const changed = await work.tx.conversation.update({
    where: { workspaceId_id: { workspaceId: row.workspaceId, id: row.id } },
    data: { ...changes, version: row.version + 1, updatedAt: laterOf(work.now, row.updatedAt) },
  });
  scheduleTimers(work, row, changed);
  return changed;
}
