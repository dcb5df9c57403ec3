import { z } from 'zod';
import { toJson } from '../db/json.js';
import { type ActionContext, transact, type Work } from '../db/transaction.js';
import { ConflictError, invalid } from '../errors.js';
import type { Workspace } from '../generated/prisma/client.js';
import { mergeMetadata, metadata, parse, text } from '../validation.js';

const slug = text(63).regex(
  /^[a-z0-9]+(-[a-z0-9]+)*$/,
  'Must consist of lower-case letters, digits and single hyphens between them.',
);

const updateWorkspaceInput = z.object({
  name: text(255).optional(),
  slug: slug.optional(),
  settings: metadata.optional(),
});

/** Changes the viewer's workspace; a slug that another has is a ConflictError. */
export async function updateWorkspace(context: ActionContext, input: unknown): Promise<Workspace> {
  const { settings: given, ...fields } = parse(updateWorkspaceInput, input);
  return transact(context, async (work) => {
    const workspace = await lockWorkspace(work);
    if (fields.slug !== undefined) await assertSlugFree(work, fields.slug);
    const settings = given && mergeMetadata(workspace.settings, given);
    if (settings && !metadata.safeParse(settings).success) throw invalid('settings', 'Must have at most 16 KB.');
    return work.tx.workspace.update({
      where: { id: work.workspaceId },
      data: { ...fields, ...(settings ? { settings: toJson(settings) } : {}), updatedAt: work.now },
    });
  });
}

async function lockWorkspace({ tx, workspaceId }: Work): Promise<Workspace> {
  const [workspace] = await tx.$queryRaw<Workspace[]>`
    SELECT * FROM "Workspace" WHERE id = ${workspaceId}::uuid FOR NO KEY UPDATE`;
  if (!workspace) throw new Error(`There is no workspace ${workspaceId}.`);
  return workspace;
}

async function assertSlugFree({ tx, workspaceId }: Work, wanted: string): Promise<void> {
  const taken = await tx.workspace.findUnique({ where: { slug: wanted }, select: { id: true } });
  if (taken && taken.id !== workspaceId) throw new ConflictError('Another workspace of this server has this slug.');
}
