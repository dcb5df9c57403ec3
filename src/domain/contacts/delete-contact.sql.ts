import type { Conversation } from '../../generated/prisma/client.js';
import type { Work } from '../../unit-of-work/transaction.js';

/**
 * Locks all conversations of a contact and those that it is or was in, also under the ids of those who were merged into it,
 * and also those that the viewer may not see: they lose their contact all the same.
 */
export async function lockAllWith({ tx, workspaceId }: Work, contactId: string): Promise<Conversation[]> {
  return tx.$queryRaw<Conversation[]>`
    WITH known AS (
      SELECT ${contactId}::uuid AS id UNION ALL
      SELECT id FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND "mergedIntoId" = ${contactId}::uuid
    )
    SELECT c.* FROM "Conversation" c WHERE c."workspaceId" = ${workspaceId}::uuid AND c.id IN (
      SELECT id FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND "contactId" = ${contactId}::uuid
      UNION SELECT p."conversationId" FROM "Participant" p JOIN known ON known.id = p."actorId"
        WHERE p."workspaceId" = ${workspaceId}::uuid AND p."leftAt" IS NULL
      UNION SELECT p."conversationId" FROM "Participant" p JOIN known ON known.id = p."actorId"
        WHERE p."workspaceId" = ${workspaceId}::uuid AND p."leftAt" IS NOT NULL)
    ORDER BY c.id FOR UPDATE OF c`;
}

/** Empties a contact, so that what it was found by is free. */
export async function emptyContact({ tx, workspaceId, now }: Work, contactId: string): Promise<void> {
  const nothing = { phone: null, email: null, avatarUrl: null, externalId: null, tags: [], metadata: {} };
  await tx.contact.update({
    where: { workspaceId_id: { workspaceId, id: contactId } },
    data: { ...nothing, name: 'Deleted contact', deletedAt: now, updatedAt: now },
  });
}
