import { UserRole as UserRoles } from '../../generated/prisma/enums.js';
import { encodeId } from '../../lib/ids.js';
import { Actor } from '../actors/actor-interface.js';
import { builder } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';
import { Node } from '../core/node.js';

export const UserRole = usableInInputs(
  builder.enumType('UserRole', {
    description: 'What a person may do in the workspace.',
    values: {
      [UserRoles.OWNER]: { description: 'Everything.' },
      [UserRoles.ADMIN]: { description: 'Everything, except what concerns an OWNER.' },
      [UserRoles.AGENT]: {
        description:
          'Reads and writes every conversation that has no owner, and of the others its own and those that it is in.',
      },
      [UserRoles.READ_ONLY]: { description: 'Reads the same, and moves only its own read position.' },
    } as const,
  }),
);

/** A person of the workspace: an agent, an administrator, or the owner of talks with an assistant. */
export const User = builder.prismaObject('User', {
  description: 'A person of the workspace: an agent, an administrator, or the owner of talks with an assistant.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id({ description: 'Begins with user_.', resolve: ({ id }) => encodeId('User', id) }),
    name: t.exposeString('name', { description: 'What people call the user.' }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'The e-mail address, in lower case; unique in the workspace. Null to contacts.',
    }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'A picture.' }),
    role: t.expose('role', { type: UserRole, description: 'What the user may do. To contacts everyone is an AGENT.' }),
    active: t.boolean({
      description: 'Users are only ever deactivated, never deleted.',
      resolve: ({ deactivatedAt }) => deactivatedAt === null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});
