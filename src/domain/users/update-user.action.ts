import { changesOf } from '../../audit/audit-entry.js';
import type { User } from '../../generated/prisma/client.js';
import { optional, type Parsed, updateInput } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertMayAssignRole, assertMayManage } from './rank.js';
import { assertEmailFree, lockUser } from './user.sql.js';
import { auditedFields, avatarField, userFields, userIdField } from './user-fields.js';

export const updateUserInput = updateInput(
  'UpdateUserInput',
  'Changes to a user. Fields that are left out stay as they are.',
  {
    ...userIdField,
    name: optional(...userFields.name),
    email: optional(...userFields.email),
    role: optional(...userFields.role),
    ...avatarField,
  },
);

/**
 * Changes a user.
 * @throws {ForbiddenError} if the user's present or new role is above the viewer's own
 * @throws {ConflictError} if another user has the email address
 */
export async function updateUser(
  context: ActionContext,
  { userId, ...fields }: Parsed<typeof updateUserInput>,
): Promise<User> {
  return transactOnce(context, rowOutcome(lockUser), async (work) => {
    const user = await lockUser(work, userId);
    assertMayManage(context.viewer, user);
    if (fields.role) assertMayAssignRole(context.viewer, fields.role);
    if (fields.email !== undefined) await assertEmailFree(work, fields.email, userId);
    const role = fields.role && fields.role !== user.role ? { from: user.role, to: fields.role } : undefined;
    work.recordChange(userId, { type: 'user.updated', payload: role ? { role } : {} });
    const updated = await work.tx.user.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: userId } },
      data: { ...fields, updatedAt: work.now },
    });
    work.audit({ action: 'user.updated', targetId: userId, changes: changesOf(user, updated, auditedFields) });
    return updated;
  });
}
