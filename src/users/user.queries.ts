import type { User as UserRow } from '../generated/prisma/client.js';
import { builder } from '../graphql/builder.js';
import { pageComplexity } from '../graphql/complexity.js';
import { connectionType, pageArgs } from '../graphql/connection.js';
import { byId, listRows } from '../graphql/list-field.js';
import { User } from './user.type.js';

const UserConnection = connectionType('User', User, 'users');

builder.queryField('users', (t) =>
  t.field({
    type: UserConnection,
    complexity: pageComplexity,
    description: 'The users of the workspace, oldest first, also those who are deactivated.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) => listRows(context, args, { table: 'User', ordering: byId<UserRow>('users') }),
  }),
);
