import type { Work } from '../db/transaction.js';
import type { Conversation } from '../generated/prisma/client.js';

/** Locks all conversations of a contact, also those that the viewer may not see: they lose their contact all the same. */
export async function lockAllOf({ tx, workspaceId }: Work, contactId: string): Promise<Conversation[]> {
  return tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND "contactId" = ${contactId}::uuid
    ORDER BY id FOR UPDATE`;
}

/** The ids of all conversations of a contact, without a lock. */
export async function conversationsOf({ tx, workspaceId }: Work, contactId: string): Promise<string[]> {
  const rows = await tx.conversation.findMany({ where: { workspaceId, contactId }, select: { id: true } });
  return rows.map((row) => row.id);
}

/** Empties a contact, so that what it was found by is free. */
export async function emptyContact({ tx, workspaceId, now }: Work, contactId: string): Promise<void> {
  const nothing = { phone: null, email: null, avatarUrl: null, externalId: null, tags: [], metadata: {} };
  await tx.contact.update({
    where: { workspaceId_id: { workspaceId, id: contactId } },
    data: { ...nothing, name: 'Deleted contact', deletedAt: now, updatedAt: now },
  });
}
