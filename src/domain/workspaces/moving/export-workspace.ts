import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { UploadStore } from '../../../file-storage/store.js';
import { StartError } from '../../../lib/program.js';
import { readClosed } from './closed-workspace.sql.js';
import { exportFiles } from './export-files.js';
import { type FoundWorkspace, findWorkspace, lastMigration } from './find-workspace.sql.js';
import { FORMAT, type Header, lineOf } from './format.js';
import { copyRows, countRows } from './rows.sql.js';
import { type Counts, lastTables, movedTables } from './tables.js';

export type ExportOptions = {
  client: Client;
  /** Where the files are; null to leave them out. */
  store: UploadStore | null;
  /** Its slug or public id. */
  workspace: string;
  /** Called with the number of lines, and of those that there will be; left out, they are not counted beforehand. */
  onProgress?: ((done: number, all: number) => void) | undefined;
  /** Called with what was written, and with the keys of files that are not in the store. */
  onEnd: (counts: Counts, missing: readonly string[]) => void;
};

/**
 * The bytes of an export: all rows of a workspace as they are at one moment, with its files. What comes is read from the
 * database only as fast as it is taken.
 * @throws {StartError} if there is no such workspace, or it is not served
 */
export async function* exportWorkspace(options: ExportOptions): AsyncGenerator<Uint8Array> {
  const { client, store, onProgress, onEnd } = options;
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const found = await findWorkspace(client, options.workspace);
  if (await readClosed(client, found.id)) {
    throw new StartError(`The workspace ${found.slug} is incomplete: its import or its deletion has not ended.`);
  }
  if (await hasSweeps(client, found.id)) {
    throw new StartError(
      `The workspace ${found.slug} still has a deletion, an erasure or a merge under way, which the export would lose: try again when background work has ended it.`,
    );
  }
  const all = onProgress ? await countAll(client, found.id) : 0;
  const hash = createHash('sha256');
  const counts: Counts = {};
  const missing: string[] = [];
  let done = 0;

  async function* rowsOf(tables: typeof movedTables): AsyncGenerator<Uint8Array> {
    for (const table of tables) {
      const rows = await copyRows(client, table, found.id);
      for await (const bytes of rows) {
        yield bytes;
        onProgress?.(done + rows.rowCount, all);
      }
      counts[table.name] = rows.rowCount;
      done += rows.rowCount;
      onProgress?.(done, all);
    }
  }

  async function* parts(): AsyncGenerator<Uint8Array> {
    yield lineOf({ header: await headerOf(client, found) });
    yield* rowsOf(movedTables);
    if (store) yield* exportFiles({ client, store, workspaceId: found.id, counts, missing });
    yield* rowsOf(lastTables);
  }

  for await (const bytes of parts()) {
    hash.update(bytes);
    yield bytes;
  }
  await client.query('COMMIT');
  yield lineOf({ trailer: { counts, sha256: hash.digest('hex') } });
  onEnd(counts, missing);
}

/** Whether something goes on step by step in the background. Its jobs are not exported. */
async function hasSweeps(client: Client, workspaceId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
     WHERE t.identifier = 'continue-sweep' AND j.payload->>'workspaceId' = $1 AND j.attempts < j.max_attempts LIMIT 1`,
    [workspaceId],
  );
  return rowCount === 1;
}

async function headerOf(client: Client, workspace: FoundWorkspace): Promise<Header> {
  return {
    format: FORMAT,
    migration: await lastMigration(client),
    workspace,
    exportedAt: new Date().toISOString(),
    secretKeys: await keysOfSecrets(client, workspace.id),
  };
}

async function countAll(client: Client, workspaceId: string): Promise<number> {
  let all = 0;
  for (const table of [...movedTables, ...lastTables]) all += await countRows(client, table, workspaceId);
  return all;
}

/** The ids of the keys that the secrets of the workspace's endpoints are encrypted with. */
async function keysOfSecrets(client: Client, workspaceId: string): Promise<string[]> {
  const { rows } = await client.query<{ keyId: string }>(
    `SELECT DISTINCT split_part(stored, ':', 3) AS "keyId" FROM "WebhookEndpoint" e CROSS JOIN LATERAL (
       SELECT e.secret AS stored
       UNION ALL SELECT previous->>'secret' FROM jsonb_array_elements(e."previousSecrets") AS previous
       UNION ALL SELECT header.value->>'encrypted' FROM jsonb_each(e.headers) AS header
         WHERE jsonb_typeof(header.value) = 'object'
     ) secrets WHERE e."workspaceId" = $1 AND stored LIKE 'enc:v%:%:%' ORDER BY 1`,
    [workspaceId],
  );
  return rows.map(({ keyId }) => keyId);
}
