import type { Conversation } from '../../generated/prisma/client.js';
import type { Work } from '../../unit-of-work/transaction.js';

/**
 * Locks the conversations of a contact and those it takes or took part in, including under the ids of contacts merged
 * into it. Includes conversations the viewer cannot see, because they lose their contact too.
 */
export async function lockConversationsWith({ tx, workspaceId }: Work, contactId: string): Promise<Conversation[]> {
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

/** Clears a contact, which frees its phone number, email address and externalId. */
export async function clearContact({ tx, workspaceId, now }: Work, contactId: string): Promise<void> {
  const nothing = { phone: null, email: null, avatarUrl: null, externalId: null, tags: [], metadata: {} };
  await tx.contact.update({
    where: { workspaceId_id: { workspaceId, id: contactId } },
    data: { ...nothing, name: 'Deleted contact', nameIsPlaceholder: false, deletedAt: now, updatedAt: now },
  });
}
