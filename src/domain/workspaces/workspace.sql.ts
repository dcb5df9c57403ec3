import type { Workspace } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** Locks the workspace against changes. */
export async function lockWorkspace({ tx, workspaceId }: Work): Promise<Workspace> {
  const [workspace] = await tx.$queryRaw<Workspace[]>`
    SELECT * FROM "Workspace" WHERE id = ${workspaceId}::uuid FOR NO KEY UPDATE`;
  if (!workspace) throw new Error(`There is no workspace ${workspaceId}.`);
  return workspace;
}

/** Throws ConflictError if another workspace on this server has the slug. */
export async function assertSlugFree({ tx, workspaceId }: Work, wanted: string): Promise<void> {
  const taken = await tx.workspace.findUnique({ where: { slug: wanted }, select: { id: true } });
  if (taken && taken.id !== workspaceId)
    throw new ConflictError('Another workspace on this server has this slug. Choose another.');
}
