import { changesOf } from '../../audit/audit-entry.js';
import type { User } from '../../generated/prisma/client.js';
import { input, type Parsed, required, withDefault } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/actor.sql.js';
import { assertMayAssignRole } from './rank.js';
import { assertEmailFree, lockUser } from './user.sql.js';
import { auditedFields, avatarField, userFields } from './user-fields.js';

const [role, roleDescription] = userFields.role;

export const createUserInput = input('CreateUserInput', 'A new user.', {
  name: required(...userFields.name),
  email: required(...userFields.email),
  role: withDefault(role, 'AGENT', roleDescription),
  ...avatarField,
});

/**
 * Creates a user.
 * @throws {ForbiddenError} if the role is above the viewer's own
 * @throws {ConflictError} if another user has the email address
 */
export async function createUser(context: ActionContext, wanted: Parsed<typeof createUserInput>): Promise<User> {
  assertMayAssignRole(context.viewer, wanted.role);
  return transactOnce(context, rowOutcome(lockUser), async (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    await assertEmailFree(work, wanted.email);
    const id = newId();
    await insertActor(tx, workspaceId, { type: 'USER', id });
    work.recordChange(id, { type: 'user.created', payload: {} });
    const user = await tx.user.create({ data: { ...wanted, workspaceId, id, createdAt, updatedAt: createdAt } });
    work.audit({ action: 'user.created', targetId: id, changes: changesOf(null, user, auditedFields) });
    return user;
  });
}
