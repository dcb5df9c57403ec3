import { z } from 'zod';
import type { User } from '../../generated/prisma/client.js';
import { actorId } from '../../lib/actor-ref.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { assignmentChanges } from '../conversations/assign.js';
import { type AnsweredConversation, lockAnsweredBy } from '../conversations/lock-assigned-conversations.sql.js';
import { raiseVersions } from '../conversations/raise-versions.sql.js';
import { assertMayChange } from './rank.js';
import { lockUser } from './user.sql.js';

const deactivateUserInput = z.object({ userId: id('User') });

export type DeactivatedUser = { user: User; unassignedCount: number };

/**
 * Deactivates a user: nothing new can be assigned to them or written by them, and conversations that are not closed go
 * unassigned. Whoever is deactivated already stays as they are.
 */
export async function deactivateUser(context: ActionContext, input: unknown): Promise<DeactivatedUser> {
  const { userId } = parse(deactivateUserInput, input);
  return transact(context, async (work) => {
    const actor = { type: 'USER' as const, id: userId };
    await lockAnsweredBy(work, actor);
    const user = await lockUser(work, userId);
    assertMayChange(context.viewer, user);
    if (user.deactivatedAt) return { user, unassignedCount: 0 };
    // Also those assigned while this waited for the user's row, which whoever assigns holds: from here on nobody can.
    const conversations = await lockAnsweredBy(work, actor);
    await unassign(work, userId, conversations);
    const deactivated = await work.tx.user.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: userId } },
      data: { deactivatedAt: work.now, updatedAt: work.now },
    });
    return { user: deactivated, unassignedCount: conversations.length };
  });
}

async function unassign(work: Work, userId: string, conversations: AnsweredConversation[]): Promise<void> {
  const { tx, workspaceId, viewer, now, record } = work;
  await raiseVersions(
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
