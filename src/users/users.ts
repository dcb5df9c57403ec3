import { z } from 'zod';
import { insertActor } from '../actors/insert-actor.js';
import { idempotent } from '../db/idempotency.js';
import { type ActionContext, transact } from '../db/transaction.js';
import { ConflictError } from '../errors.js';
import type { User as UserRow } from '../generated/prisma/client.js';
import { builder } from '../graphql/builder.js';
import { pageComplexity } from '../graphql/complexity.js';
import { connectionType, pageArgs } from '../graphql/connection.js';
import { byId, listRows } from '../graphql/list-field.js';
import { mutation } from '../graphql/mutation.js';
import { email, idempotencyKey, parse, text, url } from '../validation.js';
import { User, UserRole } from './user.type.js';

const UserConnection = connectionType('User', User, 'users');

builder.queryField('users', (t) =>
  t.field({
    type: UserConnection,
    complexity: pageComplexity,
    description: 'The users of the workspace, oldest first.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) => listRows(context, args, { table: 'User', ordering: byId<UserRow>('users') }),
  }),
);

const CreateUserInput = builder.inputType('CreateUserInput', {
  description: 'A new user.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'At most 255 characters.' }),
    email: t.string({ required: true, description: 'Kept in lower case; unique in the workspace.' }),
    role: t.field({ type: UserRole, required: true, defaultValue: 'AGENT', description: 'What the user may do.' }),
    avatarUrl: t.string({ description: 'A picture: an http or https address.' }),
    idempotencyKey: t.string({
      description: 'The same key and input answer the same user for 24 hours; at most 255 characters.',
    }),
  }),
});

const createUserInput = z.object({
  name: text(255),
  email,
  role: z.enum(['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY']),
  avatarUrl: url.optional(),
  idempotencyKey: idempotencyKey.optional(),
});

mutation('createUser', {
  description: 'Creates a user; ConflictError where another has the e-mail address.',
  scope: 'admin',
  input: CreateUserInput,
  payload: builder.objectRef<{ user: UserRow }>('CreateUserPayload').implement({
    description: 'The new user.',
    fields: (t) => ({ user: t.field({ type: User, description: 'The new user.', resolve: ({ user }) => user }) }),
  }),
  resolve: async (input, context) => ({ user: await createUser(context, input) }),
});

/** Creates a user; an e-mail address that another has is a ConflictError. */
async function createUser(context: ActionContext, input: unknown): Promise<UserRow> {
  const { idempotencyKey: key, ...wanted } = parse(createUserInput, input);
  return transact(context, (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    return idempotent(
      work,
      { key, mutation: 'createUser', input: wanted },
      {
        run: async () => {
          const where = { workspaceId_email: { workspaceId, email: wanted.email } };
          if (await tx.user.findUnique({ where })) throw new ConflictError('Another user has this e-mail address.');
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
