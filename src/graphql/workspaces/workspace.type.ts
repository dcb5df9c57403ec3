import { anyIn } from '../../db/any-in.js';
import type { Workspace as WorkspaceRow } from '../../generated/prisma/client.js';
import { limitOf } from '../../lib/input.js';
import { metadata } from '../../lib/rules.js';
import { builder, Node, publicId } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { loaderById } from '../core/row-loader.js';

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

/** Loads workspaces by id. Prisma would read them together with those of other callers, as the first of these. */
const workspacesById = loaderById<WorkspaceRow>(
  ({ database }, ids) => database.lookUp`SELECT * FROM "Workspace" WHERE id = ${anyIn(ids, 'uuid')}`,
);

/** Returns the viewer's workspace if this is its id, otherwise null. */
export async function findWorkspace(context: Context, id: string): Promise<WorkspaceRow | null> {
  return id === context.viewer.workspaceId ? workspacesById(context).load(id) : null;
}
