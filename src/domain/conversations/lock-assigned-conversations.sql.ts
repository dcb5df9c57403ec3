import type { EventSubject } from '../../event-log/append-events.js';
import { type Conversation, Prisma } from '../../generated/prisma/client.js';
import type { AssigneeRef } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { STEP } from '../sweeps/sweep.js';

/** The columns that releasing or transferring a conversation needs. */
export type AssignedConversation = EventSubject & Pick<Conversation, 'assigneeUserId' | 'assigneeBotId' | 'botActive'>;

/**
 * Locks active conversations that are assigned to a user or bot, or whose active bot it is, in ascending order of ids, but
 * not more than a step changes. Includes conversations that the viewer may not see, because none may stay with a
 * deactivated actor.
 */
export async function lockAssignedConversations(
  { tx, workspaceId }: SystemWork,
  actor: AssigneeRef,
): Promise<AssignedConversation[]> {
  return tx.$queryRaw<AssignedConversation[]>`
    SELECT id, "contactId", "ownerId", "assigneeUserId", "assigneeBotId", "botActive" FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND status <> 'CLOSED' AND ${answeredBy(actor)}
    ORDER BY id LIMIT ${STEP} FOR UPDATE`;
}

/** Whether such conversations are left. */
export async function hasAssignedConversations({ tx, workspaceId }: SystemWork, actor: AssigneeRef): Promise<boolean> {
  const left = await tx.$queryRaw<unknown[]>`
    SELECT FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND status <> 'CLOSED' AND ${answeredBy(actor)} LIMIT 1`;
  return left.length > 0;
}

function answeredBy({ type, id }: AssigneeRef): Prisma.Sql {
  return type === 'USER'
    ? Prisma.sql`"assigneeUserId" = ${id}::uuid`
    : Prisma.sql`("assigneeBotId" = ${id}::uuid OR ("botId" = ${id}::uuid AND "botActive"))`;
}
