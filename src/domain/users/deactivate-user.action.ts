import { activation } from '../../audit/audit-entry.js';
import type { User } from '../../generated/prisma/client.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { lockAssignedConversations } from '../conversations/lock-assigned-conversations.sql.js';
import { sweepOn } from '../sweeps/continue-sweep.js';
import { type Step, scheduleSweep } from '../sweeps/sweep.js';
import { assertMayManage } from './rank.js';
import { unassignSome } from './unassign-step.js';
import { lockUser } from './user.sql.js';
import { userIdField } from './user-fields.js';

export const deactivateUserInput = input('DeactivateUserInput', 'The user to deactivate.', userIdField);

export type DeactivatedUser = { user: User; unassignedCount: number; pending: boolean };

const outcome: Outcome<{ user: User; step: Step }, { id: string; step: Step }> = {
  keep: ({ user, step }) => ({ id: user.id, step }),
  resume: async (work, { id, step }) => ({ user: await lockUser(work, id), step }),
};

/**
 * Deactivates a user: they can be assigned nothing new and write nothing new, and their conversations that are not closed
 * are unassigned, the last of many after the deactivation. A deactivated user stays unchanged.
 */
export async function deactivateUser(
  context: ActionContext,
  { userId }: Parsed<typeof deactivateUserInput>,
): Promise<DeactivatedUser> {
  const { user, step } = await transactOnce(context, outcome, async (work) => {
    await lockAssignedConversations(work, { type: 'USER', id: userId });
    const found = await lockUser(work, userId);
    assertMayManage(context.viewer, found);
    if (found.deactivatedAt) {
      work.audit(null);
      return { user: found, step: { changed: 0, next: null } };
    }
    // Assigning takes a share lock on the user. Conversations assigned while this waited for that row are found here, and
    // no more can follow.
    const first = await unassignSome(work, { kind: 'user', id: userId });
    const deactivated = await work.tx.user.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: userId } },
      data: { deactivatedAt: work.now, updatedAt: work.now },
    });
    work.recordChange(userId, { type: 'user.updated', payload: {} });
    work.audit({ action: 'user.deactivated', targetId: userId, changes: activation(false) });
    scheduleSweep(work, context.viewer.actor, first);
    return { user: deactivated, step: first };
  });
  const { workspaceId, actor: by } = context.viewer;
  const { changed, pending } = await sweepOn(context, { workspaceId, by, step });
  return { user, unassignedCount: changed, pending };
}
