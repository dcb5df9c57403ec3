import type { EventSubject } from '../../event-log/append-events.js';
import { type Conversation, Prisma } from '../../generated/prisma/client.js';
import type { AssigneeRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** The columns that releasing or transferring a conversation needs. */
export type AssignedConversation = EventSubject & Pick<Conversation, 'assigneeUserId' | 'assigneeBotId' | 'botActive'>;

/**
 * Locks the active conversations that are assigned to a user or bot, or whose active bot it is, in ascending order of
 * ids. Includes conversations that the viewer may not see, because none may stay with a deactivated actor.
 */
export async function lockAssignedConversations(
  { tx, workspaceId }: Work,
  { type, id }: AssigneeRef,
): Promise<AssignedConversation[]> {
  const answered =
    type === 'USER'
      ? Prisma.sql`"assigneeUserId" = ${id}::uuid`
      : Prisma.sql`("assigneeBotId" = ${id}::uuid OR ("botId" = ${id}::uuid AND "botActive"))`;
  return tx.$queryRaw<AssignedConversation[]>`
    SELECT id, "contactId", "ownerId", "assigneeUserId", "assigneeBotId", "botActive" FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND status <> 'CLOSED' AND ${answered}
    ORDER BY id FOR UPDATE`;
}
