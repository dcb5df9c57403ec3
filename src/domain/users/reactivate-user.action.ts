import { z } from 'zod';
import type { User } from '../../generated/prisma/client.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertMayChange } from './rank.js';
import { lockUser } from './user.sql.js';

const reactivateUserInput = z.object({ userId: id('User') });

/** Lets a deactivated user take part again, but not their tokens; one who is active stays as they are. */
export async function reactivateUser(context: ActionContext, input: unknown): Promise<User> {
  const { userId } = parse(reactivateUserInput, input);
  return transact(context, async (work) => {
    const user = await lockUser(work, userId);
    assertMayChange(context.viewer, user);
    if (!user.deactivatedAt) return user;
    return work.tx.user.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: userId } },
      data: { deactivatedAt: null, reactivatedAt: work.now, updatedAt: work.now },
    });
  });
}
