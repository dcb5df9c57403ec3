import type { User } from '../../generated/prisma/client.js';
import { input, type Parsed, required, withDefault } from '../../lib/input.js';
import { idempotencyField, idempotent } from '../../unit-of-work/idempotency.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/actor.sql.js';
import { assertMayAssignRole } from './rank.js';
import { assertEmailFree } from './user.sql.js';
import { avatarField, userFields } from './user-fields.js';

const [role, roleDescription] = userFields.role;

export const createUserInput = input('CreateUserInput', 'A new user.', {
  name: required(...userFields.name),
  email: required(...userFields.email),
  role: withDefault(role, 'AGENT', roleDescription),
  ...avatarField,
  ...idempotencyField,
});

/**
 * Creates a user.
 * @throws {ForbiddenError} if the role is above the viewer's own
 * @throws {ConflictError} if another user has the email address
 */
export async function createUser(
  context: ActionContext,
  { idempotencyKey: key, ...wanted }: Parsed<typeof createUserInput>,
): Promise<User> {
  assertMayAssignRole(context.viewer, wanted.role);
  return transact(context, (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    return idempotent(
      work,
      { key, mutation: 'createUser', input: wanted },
      {
        run: async () => {
          await assertEmailFree(work, wanted.email);
          const id = newId();
          await insertActor(tx, workspaceId, { type: 'USER', id });
          work.recordChange(id, { type: 'user.created', payload: {} });
          const result = await tx.user.create({
            data: { ...wanted, workspaceId, id, createdAt, updatedAt: createdAt },
          });
          return { result, ids: { id } };
        },
        resume: ({ id }) => tx.user.findUniqueOrThrow({ where: { workspaceId_id: { workspaceId, id } } }),
      },
    );
  });
}
