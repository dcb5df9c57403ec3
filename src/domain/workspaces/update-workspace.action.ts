import { changesOf, hiddenChange } from '../../audit/audit-entry.js';
import { toJson } from '../../db/client.js';
import type { Workspace } from '../../generated/prisma/client.js';
import { optional, type Parsed, rule, updateInput } from '../../lib/input.js';
import { metadata, text } from '../../lib/rules.js';
import { type JsonObject, mergeWithinLimit, toJsonObject } from '../../lib/validation.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertSlugFree, lockWorkspace } from './workspace.sql.js';

const slug = rule(
  'String',
  text(63).regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'Must consist of lowercase letters and digits, with single hyphens between them.',
  ),
  'At most 63 lowercase letters and digits, with single hyphens between them.',
);

export const updateWorkspaceInput = updateInput(
  'UpdateWorkspaceInput',
  "Changes to the viewer's workspace. Fields that are left out stay as they are.",
  {
    name: optional(text(255), 'The name.'),
    slug: optional(slug, 'A short name, unique on this server.'),
    settings: optional(
      metadata,
      'Any settings to store with the workspace. Merged shallowly; null removes a key. The limit also holds after merging.',
    ),
  },
);

/** Changes the viewer's workspace. Throws ConflictError if another workspace has the slug. */
export async function updateWorkspace(
  context: ActionContext,
  { settings: given, ...fields }: Parsed<typeof updateWorkspaceInput>,
): Promise<Workspace> {
  return transactOnce(context, rowOutcome(lockWorkspace), async (work) => {
    const workspace = await lockWorkspace(work);
    if (fields.slug !== undefined) await assertSlugFree(work, fields.slug);
    const settings = given && mergeWithinLimit('settings', workspace.settings, given);
    const updated = await work.tx.workspace.update({
      where: { id: work.workspaceId },
      data: { ...fields, ...(settings ? { settings: toJson(settings) } : {}), updatedAt: work.now },
    });
    // What programs keep in the settings may be a secret.
    const keys = changedKeys(toJsonObject(workspace.settings), settings ?? toJsonObject(workspace.settings));
    const changes = [
      ...changesOf(workspace, updated, ['name', 'slug']),
      ...keys.map((key) => hiddenChange(`settings.${key}`)),
    ];
    work.audit({ action: 'workspace.updated', targetId: work.workspaceId, changes });
    return updated;
  });
}

/** The keys whose values differ, or that only one of two objects has. */
function changedKeys(before: JsonObject, after: JsonObject): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}
