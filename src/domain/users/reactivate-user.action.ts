import { activation } from '../../audit/audit-entry.js';
import type { User } from '../../generated/prisma/client.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertMayManage } from './rank.js';
import { lockUser } from './user.sql.js';
import { userIdField } from './user-fields.js';

export const reactivateUserInput = input('ReactivateUserInput', 'The user to reactivate.', userIdField);

/** Reactivates a user, whose earlier tokens stay revoked. An active user stays unchanged. */
export async function reactivateUser(
  context: ActionContext,
  { userId }: Parsed<typeof reactivateUserInput>,
): Promise<User> {
  return transactOnce(context, rowOutcome(lockUser), async (work) => {
    const user = await lockUser(work, userId);
    assertMayManage(context.viewer, user);
    if (!user.deactivatedAt) {
      work.audit(null);
      return user;
    }
    work.recordChange(userId, { type: 'user.updated', payload: {} });
    work.audit({ action: 'user.reactivated', targetId: userId, changes: activation(true) });
    return work.tx.user.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: userId } },
      data: { deactivatedAt: null, reactivatedAt: work.now, updatedAt: work.now },
    });
  });
}
