import { z } from 'zod';
import type { User } from '../../generated/prisma/client.js';
import { email, id, parse, text, url } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertMayChange, assertMayGive } from './rank.js';
import { assertEmailFree, lockUser } from './user.sql.js';
import { role } from './user-fields.js';

const updateUserInput = z.object({
  userId: id('User'),
  name: text(255).optional(),
  email: email.optional(),
  role: role.optional(),
  avatarUrl: url.optional(),
});

/** Changes a user; an e-mail address that another has is a ConflictError. */
export async function updateUser(context: ActionContext, input: unknown): Promise<User> {
  const { userId, ...fields } = parse(updateUserInput, input);
  return transact(context, async (work) => {
    assertMayChange(context.viewer, await lockUser(work, userId));
    if (fields.role) assertMayGive(context.viewer, fields.role);
    if (fields.email !== undefined) await assertEmailFree(work, fields.email, userId);
    return work.tx.user.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: userId } },
      data: { ...fields, updatedAt: work.now },
    });
  });
}
