import { createUser } from '../../domain/users/create-user.action.js';
import { type DeactivatedUser, deactivateUser } from '../../domain/users/deactivate-user.action.js';
import { reactivateUser } from '../../domain/users/reactivate-user.action.js';
import { updateUser } from '../../domain/users/update-user.action.js';
import type { User as UserRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { User, UserRole } from './user.type.js';

function userPayload(mutationName: string) {
  return builder.objectRef<{ user: UserRow }>(`${mutationName}Payload`).implement({
    description: 'The user as it is now.',
    fields: (t) => ({
      user: t.field({ type: User, description: 'The user as it is now.', resolve: ({ user }) => user }),
    }),
  });
}

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

addMutation('createUser', {
  description: 'Creates a user; ConflictError where another has the e-mail address.',
  permission: 'administer',
  input: CreateUserInput,
  payload: userPayload('CreateUser'),
  resolve: async (input, context) => ({ user: await createUser(context, input) }),
});

const UpdateUserInput = builder.inputType('UpdateUserInput', {
  description: 'Changes to a user; what is left out stays.',
  fields: (t) => ({
    userId: t.id({ required: true, description: 'Begins with user_.' }),
    name: t.string({ description: 'At most 255 characters.' }),
    email: t.string({ description: 'Kept in lower case; unique in the workspace.' }),
    role: t.field({ type: UserRole, description: 'What the user may do.' }),
    avatarUrl: t.string({ description: 'A picture: an http or https address.' }),
  }),
});

addMutation('updateUser', {
  description: 'Changes a user; ConflictError where another has the e-mail address.',
  permission: 'administer',
  input: UpdateUserInput,
  payload: userPayload('UpdateUser'),
  resolve: async (input, context) => ({ user: await updateUser(context, input) }),
});

const DeactivateUserInput = builder.inputType('DeactivateUserInput', {
  description: 'Which user to deactivate.',
  fields: (t) => ({ userId: t.id({ required: true, description: 'Begins with user_.' }) }),
});

addMutation('deactivateUser', {
  description:
    'Deactivates a user, who is kept as author, owner and participant. Their conversations that are not CLOSED go unassigned; whatever new would name them is refused with ConflictError. Their tokens end for good, and those that they made for others. A deactivated user stays as it is.',
  permission: 'administer',
  input: DeactivateUserInput,
  payload: builder.objectRef<DeactivatedUser>('DeactivateUserPayload').implement({
    description: 'The user as it is now, and what became of its conversations.',
    fields: (t) => ({
      user: t.field({ type: User, description: 'The user as it is now.', resolve: ({ user }) => user }),
      unassignedCount: t.exposeInt('unassignedCount', { description: 'How many conversations went unassigned.' }),
    }),
  }),
  resolve: (input, context) => deactivateUser(context, input),
});

const ReactivateUserInput = builder.inputType('ReactivateUserInput', {
  description: 'Which user to reactivate.',
  fields: (t) => ({ userId: t.id({ required: true, description: 'Begins with user_.' }) }),
});

addMutation('reactivateUser', {
  description:
    'Lets a deactivated user take part again; what was unassigned stays so, and tokens from before stay ended. An active user stays as it is.',
  permission: 'administer',
  input: ReactivateUserInput,
  payload: userPayload('ReactivateUser'),
  resolve: async (input, context) => ({ user: await reactivateUser(context, input) }),
});
