import { anyIn } from '../../db/any-in.js';
import type { EventSubject } from '../../event-log/append-events.js';
import { Prisma, type Prospect } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';

const locks = { keyShare: Prisma.sql`FOR KEY SHARE`, update: Prisma.sql`FOR UPDATE` };

/** Locks a prospect: `keyShare` against deletion only, `update` also against changes. Throws NotFoundError if there is none. */
export async function lockProspect({ tx, workspaceId }: Work, id: string, mode: keyof typeof locks): Promise<Prospect> {
  const [prospect] = await tx.$queryRaw<Prospect[]>`
    SELECT * FROM "Prospect" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid ${locks[mode]}`;
  if (!prospect) throw new NotFoundError('prospect', encodeId('Prospect', id));
  return prospect;
}

/**
 * Locks the conversations a prospect is linked to, in ascending order of ids. Includes conversations the viewer cannot
 * see, because no link may outlive its prospect.
 */
export async function lockLinkedConversations({ tx, workspaceId }: Work, prospectId: string): Promise<EventSubject[]> {
  return tx.$queryRaw<EventSubject[]>`
    SELECT c.id, c."contactId", c."ownerId" FROM "Conversation" c
    JOIN "ProspectLink" l ON l."workspaceId" = c."workspaceId" AND l."conversationId" = c.id
    WHERE c."workspaceId" = ${workspaceId}::uuid AND l."prospectId" = ${prospectId}::uuid
    ORDER BY c.id FOR UPDATE OF c`;
}

/** Removes all links of a prospect. Returns the ids of the conversations that were linked. */
export async function removeLinks({ tx, workspaceId }: SystemWork, prospectId: string): Promise<string[]> {
  const links = await tx.$queryRaw<{ conversationId: string }[]>`
    DELETE FROM "ProspectLink" WHERE "workspaceId" = ${workspaceId}::uuid AND "prospectId" = ${prospectId}::uuid
    RETURNING "conversationId"`;
  return links.map(({ conversationId }) => conversationId);
}

/** The prospects that are linked to a conversation. */
export async function linkedProspects({ tx, workspaceId }: SystemWork, conversationId: string): Promise<string[]> {
  const links = await tx.$queryRaw<{ prospectId: string }[]>`
    SELECT "prospectId" FROM "ProspectLink"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "conversationId" = ${conversationId}::uuid ORDER BY "prospectId"`;
  return links.map(({ prospectId }) => prospectId);
}

/** The prospects that are linked to these conversations and to no others, locked so that none can be linked again. */
export async function lockLinkedOnlyTo(
  { tx, workspaceId }: SystemWork,
  conversationIds: readonly string[],
): Promise<string[]> {
  const these = anyIn(conversationIds, 'uuid');
  const linked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Prospect" WHERE "workspaceId" = ${workspaceId}::uuid AND id IN (
      SELECT "prospectId" FROM "ProspectLink" WHERE "workspaceId" = ${workspaceId}::uuid AND "conversationId" = ${these})
    ORDER BY id FOR UPDATE`;
  // A statement of its own, which sees the links that were made before the locks.
  const others = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT "prospectId" AS id FROM "ProspectLink" WHERE "workspaceId" = ${workspaceId}::uuid
      AND "prospectId" = ${anyIn(
        linked.map(({ id }) => id),
        'uuid',
      )} AND NOT "conversationId" = ${these}`;
  const elsewhere = new Set(others.map(({ id }) => id));
  return linked.map(({ id }) => id).filter((id) => !elsewhere.has(id));
}
