import type { Config } from '../../config.js';
import { importWorkspace } from '../../domain/workspaces/moving/import-workspace.js';
import { encodeId } from '../../lib/ids.js';
import { openStore, withConnection } from './connect.js';
import { inWords, terminalProgress } from './progress.js';

const MEGABYTE = 1_000_000;

type Options = { file: string; keepWebhooks: boolean; connections: number; json: boolean };

/** Imports a file, and returns what to print. */
export async function importFile(config: Config, { file, keepWebhooks, connections, json }: Options): Promise<string> {
  const store = await openStore(config);
  const progress = terminalProgress();
  const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);
  const { workspace, counts, resumed } = await withConnection(config, (client, { connectAnother }) =>
    importWorkspace({
      client,
      connectAnother,
      writers: connections,
      store,
      file,
      secretKeys: config.secretKeys.map(({ id }) => id),
      keepWebhooks,
      ...(progress && {
        onProgress: (done, all) => progress.show(all && done / all, `${megabytes(done)} of ${megabytes(all)} MB`),
      }),
    }),
  ).finally(() => progress?.end());
  await store.close();
  const id = encodeId('Workspace', workspace.id);
  if (json) return `${JSON.stringify({ workspaceId: id, slug: workspace.slug, counts, resumed })}\n`;
  return `Workspace  ${id} (${workspace.name})\n${resumed ? 'Ended an interrupted import of' : 'Imported'} ${inWords(counts)}\n`;
}
