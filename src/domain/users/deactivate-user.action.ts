import type { User } from '../../generated/prisma/client.js';
import { actorId } from '../../lib/actor-ref.js';
import { input, type Parsed } from '../../lib/input.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { assignmentChanges } from '../conversations/assign.js';
import { advanceVersions } from '../conversations/conversation.sql.js';
import {
  type AssignedConversation,
  lockAssignedConversations,
} from '../conversations/lock-assigned-conversations.sql.js';
import { assertMayManage } from './rank.js';
import { lockUser } from './user.sql.js';
import { userIdField } from './user-fields.js';

export const deactivateUserInput = input('DeactivateUserInput', 'The user to deactivate.', userIdField);

export type DeactivatedUser = { user: User; unassignedCount: number };

/**
 * Deactivates a user: they can be assigned nothing new and write nothing new, and their conversations that are not closed
 * are unassigned. A deactivated user stays unchanged.
 */
export async function deactivateUser(
  context: ActionContext,
  { userId }: Parsed<typeof deactivateUserInput>,
): Promise<DeactivatedUser> {
  return transact(context, async (work) => {
    const actor = { type: 'USER' as const, id: userId };
    await lockAssignedConversations(work, actor);
    const user = await lockUser(work, userId);
    assertMayManage(context.viewer, user);
    if (user.deactivatedAt) return { user, unassignedCount: 0 };
    // Assigning takes a share lock on the user. Conversations assigned while this waited for that row are found here, and
    // no more can follow.
    const conversations = await lockAssignedConversations(work, actor);
    await unassign(work, userId, conversations);
    const deactivated = await work.tx.user.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: userId } },
      data: { deactivatedAt: work.now, updatedAt: work.now },
    });
    return { user: deactivated, unassignedCount: conversations.length };
  });
}

async function unassign(work: Work, userId: string, conversations: AssignedConversation[]): Promise<void> {
  const { tx, workspaceId, viewer, now, record } = work;
  await advanceVersions(
    work,
    conversations.map(({ id }) => id),
  );
  await tx.conversation.updateMany({
    where: { workspaceId, assigneeUserId: userId, status: { not: 'CLOSED' } },
    data: assignmentChanges(null, viewer.actor, now, null),
  });
  const payload = { from: actorId({ type: 'USER', id: userId }), to: null, note: null };
  for (const conversation of conversations) record(conversation, { type: 'conversation.assigned', payload });
}
