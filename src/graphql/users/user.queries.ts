import type { User as UserRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { byId, listRows } from '../core/list-field.js';
import { User } from './user.type.js';

const UserConnection = connectionType('User', User, 'users');

builder.queryField('users', (t) =>
  t.field({
    type: UserConnection,
    complexity: pageComplexity(rowWeight.plain),
    description: 'The users of the workspace, oldest first, including deactivated ones.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) => listRows(context, args, { table: 'User', ordering: byId<UserRow>('users') }),
  }),
);
