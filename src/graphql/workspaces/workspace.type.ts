import { encodeId } from '../../lib/ids.js';
import { builder } from '../core/builder.js';
import { Node } from '../core/node.js';

/** A tenant: everything belongs to one and nothing is seen from another. */
export const Workspace = builder.prismaObject('Workspace', {
  description: 'A tenant: everything belongs to one workspace, and nothing is seen from another.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with ws_.', resolve: ({ id }) => encodeId('Workspace', id) }),
    name: t.exposeString('name', { description: 'What people call it.' }),
    slug: t.exposeString('slug', { description: 'A short name, unique on this server.' }),
    settings: t.expose('settings', {
      type: 'JSONObject',
      description: "What the workspace's own programs keep with it, at most 16 KB.",
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});
