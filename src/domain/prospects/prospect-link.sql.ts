import type { EventSubject } from '../../event-log/append-events.js';
import type { Work } from '../../unit-of-work/transaction.js';

/**
 * Locks the conversations that a prospect is linked to, in ascending order of ids: also those that the viewer may not see,
 * for no link may outlive its prospect.
 */
export async function lockLinkedConversations({ tx, workspaceId }: Work, prospectId: string): Promise<EventSubject[]> {
  return tx.$queryRaw<EventSubject[]>`
    SELECT c.id, c."contactId", c."ownerId" FROM "Conversation" c
    JOIN "ProspectLink" l ON l."workspaceId" = c."workspaceId" AND l."conversationId" = c.id
    WHERE c."workspaceId" = ${workspaceId}::uuid AND l."prospectId" = ${prospectId}::uuid
    ORDER BY c.id FOR UPDATE OF c`;
}

/** Removes all links of a prospect and answers the ids of the conversations that had one. */
export async function removeLinks({ tx, workspaceId }: Work, prospectId: string): Promise<string[]> {
  const links = await tx.$queryRaw<{ conversationId: string }[]>`
    DELETE FROM "ProspectLink" WHERE "workspaceId" = ${workspaceId}::uuid AND "prospectId" = ${prospectId}::uuid
    RETURNING "conversationId"`;
  return links.map(({ conversationId }) => conversationId);
}
