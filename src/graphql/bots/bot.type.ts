import { encodeId } from '../../lib/ids.js';
import { Actor } from '../actors/actor-interface.js';
import { builder } from '../core/builder.js';
import { Node } from '../core/node.js';

/** A program that answers customers with a key of its own. */
export const Bot = builder.prismaObject('Bot', {
  description: 'A program that answers customers with a key of its own.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id({ description: 'Begins with bot_.', resolve: ({ id }) => encodeId('Bot', id) }),
    name: t.exposeString('name', { description: 'What people call the bot.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The name an outside engine knows it by (the bot_id of CSML); unique in the workspace.',
    }),
    active: t.boolean({
      description: 'Bots are only ever deactivated, never deleted.',
      resolve: ({ deactivatedAt }) => deactivatedAt === null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});
