import type { Client } from 'pg';
import type { Config } from '../../config.js';
import { type Database, openDatabase } from '../../db/client.js';
import { importFrom } from '../../domain/imports/import-from.js';
import { createWorkspace } from '../../domain/workspaces/create-workspace.js';
import { encodeId } from '../../lib/ids.js';
import { withConnection } from './connect.js';
import { inWords, terminalProgress } from './progress.js';
import type { ImportFrom } from './usage.js';

const MEGABYTE = 1_000_000;

/** Imports what another product exported, and returns what to print. */
export async function importFolder(
  config: Config,
  { workspace: named, create, json, ...options }: ImportFrom & { json: boolean },
): Promise<string> {
  const progress = terminalProgress();
  const megabytes = (bytes: number) => (bytes / MEGABYTE).toFixed(1);
  const onProblem = (problem: string) => {
    progress?.end();
    process.stderr.write(`${problem}\n`);
  };
  const { imported, apiKey } = await withConnection(config, async (client, { url }) => {
    const database = openDatabase({ url, poolSize: 1 });
    try {
      const { workspace, apiKey: key } = create ? await findOrCreate(client, database, named) : { workspace: named };
      const onProgress = (done: number, all: number) =>
        progress?.show(all && done / all, `${megabytes(done)} of ${megabytes(all)} MB`);
      return {
        imported: await importFrom({ ...options, client, database, workspace, onProblem, onProgress }),
        apiKey: key,
      };
    } finally {
      await database.close();
    }
  }).finally(() => progress?.end());
  const { workspace, counts, problems } = imported;
  const id = encodeId('Workspace', workspace.id);
  if (json) {
    return `${JSON.stringify({ workspaceId: id, slug: workspace.slug, ...(apiKey && { apiKey }), counts, badLines: problems })}\n`;
  }
  const { updated, leftOut, ...added } = counts;
  return [
    `Workspace  ${id} (${workspace.name})`,
    ...(apiKey ? [`API key    ${apiKey}`, 'The key is not shown again.'] : []),
    `Imported ${inWords(added)}; updated ${updated.toLocaleString('en')} rows`,
    ...(leftOut > 0 ? [`Left out ${leftOut.toLocaleString('en')} entries of histories that are no messages`] : []),
    ...(problems > 0 ? [`Left out ${problems.toLocaleString('en')} lines that could not be read`] : []),
    '',
  ].join('\n');
}

/** The workspace of this slug, id or name, or a new one of this name with its first key. */
async function findOrCreate(
  client: Client,
  database: Database,
  named: string,
): Promise<{ workspace: string; apiKey?: string }> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM "Workspace" WHERE slug = $1 OR name = $1 ORDER BY slug = $1 DESC, id LIMIT 1',
    [named],
  );
  const id = rows[0] && encodeId('Workspace', rows[0].id);
  if (id !== undefined || named.startsWith('ws_')) return { workspace: id ?? named };
  const { workspaceId, apiKey } = await createWorkspace(database.prisma, { name: named });
  return { workspace: workspaceId, apiKey };
}
