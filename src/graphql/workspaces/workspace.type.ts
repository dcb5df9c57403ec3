import type { Workspace as WorkspaceRow } from '../../generated/prisma/client.js';
import { encodeId } from '../../lib/ids.js';
import { builder, Node } from '../core/builder.js';
import type { Context } from '../core/context.js';

export const Workspace = builder.prismaObject('Workspace', {
  description: 'A tenant. Everything belongs to one workspace and is invisible to all others.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with `ws_`.', resolve: ({ id }) => encodeId('Workspace', id) }),
    name: t.exposeString('name', { description: 'The name.' }),
    slug: t.exposeString('slug', { description: 'A short name, unique on this server.' }),
    settings: t.expose('settings', {
      type: 'JSONObject',
      description: 'Any settings stored with the workspace, at most 16 KB.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the workspace was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the workspace last changed.' }),
  }),
});

/** Returns the viewer's workspace if this is its id, otherwise null. */
export async function findWorkspace({ database, viewer }: Context, id: string): Promise<WorkspaceRow | null> {
  return id === viewer.workspaceId ? database.prisma.workspace.findUnique({ where: { id } }) : null;
}
