import type { SqlClient } from '../../db/client.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';
import { STEP } from '../sweeps/sweep.js';

/** The next conversations of a contact, locked; `last` is where those after them begin, and null if there are none. */
export type ConversationsWith = {
  conversations: Pick<Conversation, 'id' | 'contactId' | 'ownerId' | 'status'>[];
  last: string | null;
};

/**
 * Locks conversations of a contact and those it takes or took part in, including under the ids of contacts merged into it:
 * those after an id, in ascending order, but not more than a step changes. Includes conversations the viewer cannot see,
 * because they lose their contact too.
 */
export async function lockConversationsWith(
  { tx, workspaceId }: { tx: SqlClient; workspaceId: string },
  contactId: string,
  after: string | null,
): Promise<ConversationsWith> {
  const start = after ?? '00000000-0000-0000-0000-000000000000';
  const found = await tx.$queryRaw<{ id: string }[]>`
    WITH known AS (
      SELECT ${contactId}::uuid AS id UNION ALL
      SELECT id FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND "mergedIntoId" = ${contactId}::uuid
    )
    SELECT id FROM "Conversation"
      WHERE "workspaceId" = ${workspaceId}::uuid AND "contactId" = ${contactId}::uuid AND id > ${start}::uuid
    UNION SELECT p."conversationId" FROM "Participant" p JOIN known ON known.id = p."actorId"
      WHERE p."workspaceId" = ${workspaceId}::uuid AND p."leftAt" IS NULL AND p."conversationId" > ${start}::uuid
    UNION SELECT p."conversationId" FROM "Participant" p JOIN known ON known.id = p."actorId"
      WHERE p."workspaceId" = ${workspaceId}::uuid AND p."leftAt" IS NOT NULL AND p."conversationId" > ${start}::uuid
    ORDER BY 1 LIMIT ${STEP}`;
  const conversations = await tx.$queryRaw<ConversationsWith['conversations']>`
    SELECT id, "contactId", "ownerId", status FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${found.map(({ id }) => id)}::uuid[])
    ORDER BY id FOR UPDATE`;
  return { conversations, last: found.length === STEP ? (found.at(-1)?.id ?? null) : null };
}

/** Whether a contact has conversations. */
export async function hasConversations({ tx, workspaceId }: SystemWork, contactId: string): Promise<boolean> {
  const own = await tx.$queryRaw<unknown[]>`
    SELECT FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND "contactId" = ${contactId}::uuid LIMIT 1`;
  return own.length > 0;
}

/** Clears a contact and removes its aliases, which frees its phone numbers, email addresses and externalIds. */
export async function clearContact({ tx, workspaceId, now }: Work, contactId: string): Promise<void> {
  const nothing = { phone: null, email: null, avatarUrl: null, externalId: null, tags: [], metadata: {} };
  await tx.contactAlias.deleteMany({ where: { workspaceId, contactId } });
  await tx.contact.update({
    where: { workspaceId_id: { workspaceId, id: contactId } },
    data: { ...nothing, name: 'Deleted contact', nameIsPlaceholder: false, deletedAt: now, updatedAt: now },
  });
}
