import { Actor } from '../actors/actor-interface.js';
import { builder, Node, publicId } from '../core/builder.js';

export const Bot = builder.prismaObject('Bot', {
  description: 'A program that answers customers with an API key of its own.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id(publicId('Bot')),
    name: t.exposeString('name', { description: 'The display name.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The name by which an outside engine knows the bot; unique in the workspace.',
    }),
    active: t.boolean({
      description: 'false once deactivated. Bots are never deleted.',
      resolve: ({ deactivatedAt }) => deactivatedAt === null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the bot was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the bot last changed.' }),
  }),
});
