import { z } from 'zod';
import type { User } from '../../generated/prisma/client.js';
import { email, idempotencyKey, parse, text, url } from '../../lib/validation.js';
import { idempotent } from '../../unit-of-work/idempotency.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/insert-actor.js';
import { assertMayGive } from './rank.js';
import { assertEmailFree } from './user.sql.js';
import { role } from './user-fields.js';

const createUserInput = z.object({
  name: text(255),
  email,
  role,
  avatarUrl: url.optional(),
  idempotencyKey: idempotencyKey.optional(),
});

/** Creates a user; an e-mail address that another has is a ConflictError. */
export async function createUser(context: ActionContext, input: unknown): Promise<User> {
  const { idempotencyKey: key, ...wanted } = parse(createUserInput, input);
  assertMayGive(context.viewer, wanted.role);
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
