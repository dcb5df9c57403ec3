import { UserRole as UserRoles } from '../../generated/prisma/enums.js';
import { Actor } from '../actors/actor-interface.js';
import { builder, Node, publicId } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';

export const UserRole = usableInInputs(
  builder.enumType('UserRole', {
    description: 'What a user may do in the workspace.',
    values: {
      [UserRoles.OWNER]: { description: 'Everything.' },
      [UserRoles.ADMIN]: { description: 'Everything, except managing an OWNER.' },
      [UserRoles.AGENT]: {
        description:
          'Reads and writes every conversation that has no owner, and owned conversations that it owns or takes part in.',
      },
      [UserRoles.READ_ONLY]: { description: 'Reads what an AGENT reads; changes nothing but its own read position.' },
    } as const,
  }),
);

export const User = builder.prismaObject('User', {
  description:
    'A person of the workspace: an agent, an administrator, or someone who owns private conversations with an assistant.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id(publicId('User')),
    name: t.exposeString('name', { description: 'The display name.' }),
    email: t.exposeString('email', {
      nullable: true,
      description:
        'The email address, unique in the workspace, with its ASCII letters in lower case and its domain in ASCII. Always null for contacts.',
    }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'A picture of the user.' }),
    role: t.expose('role', { type: UserRole, description: 'What the user may do. Contacts see AGENT for every user.' }),
    active: t.boolean({
      description: 'false once deactivated. Users are never deleted.',
      resolve: ({ deactivatedAt }) => deactivatedAt === null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the user last changed.' }),
  }),
});
