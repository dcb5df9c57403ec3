import type { EventSubject } from '../../event-log/append-events.js';
import { type Conversation, Prisma } from '../../generated/prisma/client.js';
import type { Work } from '../../unit-of-work/transaction.js';
import type { AssigneeRef } from './assignee.js';

/** A conversation that somebody answers: what handing it over needs to know. */
export type AnsweredConversation = EventSubject & Pick<Conversation, 'assigneeUserId' | 'assigneeBotId' | 'botActive'>;

/**
 * Locks the conversations that are not closed and that a user or bot answers: those assigned to them, and those whose
 * active bot it is. In ascending order of ids, and also those that the viewer may not see, for none may be left with
 * somebody deactivated.
 */
export async function lockAnsweredBy(
  { tx, workspaceId }: Work,
  { type, id }: AssigneeRef,
): Promise<AnsweredConversation[]> {
  const answered =
    type === 'USER'
      ? Prisma.sql`"assigneeUserId" = ${id}::uuid`
      : Prisma.sql`("assigneeBotId" = ${id}::uuid OR ("botId" = ${id}::uuid AND "botActive"))`;
  return tx.$queryRaw<AnsweredConversation[]>`
    SELECT id, "contactId", "ownerId", "assigneeUserId", "assigneeBotId", "botActive" FROM "Conversation"
    WHERE "workspaceId" = ${workspaceId}::uuid AND status <> 'CLOSED' AND ${answered}
    ORDER BY id FOR UPDATE`;
}
