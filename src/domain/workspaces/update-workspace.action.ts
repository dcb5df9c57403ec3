import { z } from 'zod';
import { toJson } from '../../db/client.js';
import type { Workspace } from '../../generated/prisma/client.js';
import { invalid } from '../../lib/errors.js';
import { mergeMetadata, metadata, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertSlugFree, lockWorkspace } from './workspace.sql.js';

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
