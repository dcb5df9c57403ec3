import type { Workspace as WorkspaceRow } from '../../generated/prisma/client.js';
import { limitOf } from '../../lib/input.js';
import { metadata } from '../../lib/rules.js';
import { builder, Node, publicId } from '../core/builder.js';
import type { Context } from '../core/context.js';

export const Workspace = builder.prismaObject('Workspace', {
  description: 'A tenant. Everything belongs to one workspace and is invisible to all others.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('Workspace')),
    name: t.exposeString('name', { description: 'The name.' }),
    slug: t.exposeString('slug', { description: 'A short name, unique on this server.' }),
    settings: t.expose('settings', {
      type: 'JSONObject',
      description: `Any settings stored with the workspace. ${limitOf(metadata)}`,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the workspace was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the workspace last changed.' }),
  }),
});

/** Returns the viewer's workspace if this is its id, otherwise null. */
export async function findWorkspace({ database, viewer }: Context, id: string): Promise<WorkspaceRow | null> {
  return id === viewer.workspaceId ? database.prisma.workspace.findUnique({ where: { id } }) : null;
}
