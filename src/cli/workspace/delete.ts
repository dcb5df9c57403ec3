import type { Config } from '../../config.js';
import { deleteWorkspace } from '../../domain/workspaces/moving/delete-workspace.js';
import { encodeId } from '../../lib/ids.js';
import { openStore, withConnection } from './connect.js';
import { inWords, terminalProgress } from './progress.js';

type Options = { workspace: string; confirmedBy: string | undefined; json: boolean };

/** Deletes a workspace, and returns what to print. */
export async function remove(config: Config, { workspace, confirmedBy, json }: Options): Promise<string> {
  const store = await openStore(config);
  const progress = terminalProgress();
  const { deleted, counts } = await withConnection(config, (client) =>
    deleteWorkspace({
      client,
      store,
      workspace,
      confirmedBy,
      ...(progress && { onProgress: (done) => progress.show(0, `${done.toLocaleString('en')} rows deleted`) }),
    }),
  ).finally(() => progress?.end());
  await store.close();
  const id = encodeId('Workspace', deleted.id);
  if (json) return `${JSON.stringify({ workspaceId: id, slug: deleted.slug, counts })}\n`;
  return `Deleted ${id} (${deleted.name}): ${inWords(counts)}\n`;
}
