import { createUser, createUserInput } from '../../domain/users/create-user.action.js';
import {
  type DeactivatedUser,
  deactivateUser,
  deactivateUserInput,
} from '../../domain/users/deactivate-user.action.js';
import { reactivateUser, reactivateUserInput } from '../../domain/users/reactivate-user.action.js';
import { updateUser, updateUserInput } from '../../domain/users/update-user.action.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { payload, pendingField } from '../core/payload.js';
import { User } from './user.type.js';

mutation('createUser', {
  description: 'Creates a user. ConflictError if another user has the email address.',
  permission: 'administer',
  audits: ['user.created'],
  input: createUserInput,
  payload: payload('CreateUser', 'user', User, 'The new user.'),
  resolve: async (input, context) => ({ user: await createUser(context, input) }),
});

mutation('updateUser', {
  description:
    'Changes a user. API keys that go back to the user are refused while the new role could not create them. ConflictError if another user has the email address.',
  permission: 'administer',
  audits: ['user.updated'],
  input: updateUserInput,
  payload: payload('UpdateUser', 'user', User, 'The user after the mutation.'),
  resolve: async (input, context) => ({ user: await updateUser(context, input) }),
});

mutation('deactivateUser', {
  description:
    "Deactivates a user, who remains as author, owner and participant. The user's conversations that are not CLOSED are unassigned, and anything new that would name the user fails with ConflictError. The user's tokens are revoked for good, as are those that the user made for others. API keys that go back to the user are refused until the user is reactivated. A deactivated user stays unchanged.",
  permission: 'administer',
  audits: ['user.deactivated'],
  input: deactivateUserInput,
  payload: builder.objectRef<DeactivatedUser>('DeactivateUserPayload').implement({
    description: 'The user after the mutation, and how many conversations were unassigned.',
    fields: (t) => ({
      user: t.field({ type: User, description: 'The user after the mutation.', resolve: ({ user }) => user }),
      unassignedCount: t.exposeInt('unassignedCount', { description: 'Number of conversations unassigned.' }),
      pending: pendingField(t),
    }),
  }),
  resolve: (input, context) => deactivateUser(context, input),
});

mutation('reactivateUser', {
  description:
    'Reactivates a user. Conversations that were unassigned stay unassigned, and earlier tokens stay revoked. API keys that go back to the user work again. An active user stays unchanged.',
  permission: 'administer',
  audits: ['user.reactivated'],
  input: reactivateUserInput,
  payload: payload('ReactivateUser', 'user', User, 'The user after the mutation.'),
  resolve: async (input, context) => ({ user: await reactivateUser(context, input) }),
});
