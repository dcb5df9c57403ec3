import type { Workspace } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';

/** The viewer's workspace by its id; null for all others. */
export async function findWorkspace({ database, viewer }: Context, id: string): Promise<Workspace | null> {
  return id === viewer.workspaceId ? database.prisma.workspace.findUnique({ where: { id } }) : null;
}
