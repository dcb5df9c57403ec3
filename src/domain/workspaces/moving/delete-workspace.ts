import type { Client } from 'pg';
import type { UploadStore } from '../../../file-storage/store.js';
import { StartError } from '../../../lib/program.js';
import { REMOVE_FILES } from '../../uploads/removed-files.js';
import { TRANSFER_MS } from '../../uploads/unused-uploads.sql.js';
import { inTransaction, lockToMove } from './closed-workspace.sql.js';
import { type FoundWorkspace, findWorkspace } from './find-workspace.sql.js';
import { countRows } from './rows.sql.js';
import { type Counts, lastTables, leftOut, type MovedTable, movedTables } from './tables.js';

export type DeleteOptions = {
  client: Client;
  store: UploadStore;
  /** Its slug or public id. */
  workspace: string;
  /** Its slug, once more. */
  confirmedBy: string | undefined;
  /** Called with the number of rows and files that are gone. */
  onProgress?: ((done: number) => void) | undefined;
};

const BATCH = 5_000;
const FILES = 200;

/**
 * Deletes a workspace with all its rows and files, in batches; if it is interrupted, it goes on when it is run again.
 * Returns how many rows of each table were deleted, and how many files.
 * @throws {StartError} if there is no such workspace, or it is not confirmed by its slug
 */
export async function deleteWorkspace(options: DeleteOptions): Promise<{ deleted: FoundWorkspace; counts: Counts }> {
  const { client, confirmedBy, onProgress } = options;
  const found = await findWorkspace(client, options.workspace);
  if (confirmedBy !== found.slug) {
    throw new StartError(
      `This deletes everything of the workspace ${found.name}, for good. Confirm it with --yes-delete ${found.slug}.`,
    );
  }
  await lockToMove(client, found.id);
  await close(client, found.id);
  // The audit log is append-only for whoever does not say so.
  await client.query("SELECT set_config('parley.trims_audit', 'on', false)");
  const counts: Counts = {};
  let done = 0;
  const count = (what: string, removed: number) => {
    if (removed > 0) counts[what] = (counts[what] ?? 0) + removed;
    done += removed;
    onProgress?.(done);
  };
  await deleteFiles(options, found.id, (rows, files) => {
    count('Upload', rows);
    count('file', files);
  });
  for (const table of tablesToEmpty()) {
    if (table.name === 'Actor') await forgetDeletedRows(client, found.id);
    for (let removed = BATCH; removed === BATCH; ) {
      removed = await deleteBatch(client, table, found.id);
      count(table.name, removed);
    }
  }
  await inTransaction(client, async () => {
    await client.query('DELETE FROM "ClosedWorkspace" WHERE "workspaceId" = $1', [found.id]);
    await client.query('DELETE FROM "Workspace" WHERE id = $1', [found.id]);
  });
  count('Workspace', 1);
  return { deleted: found, counts };
}

/** All but the workspace itself and what says that it is being deleted, each before those that it refers to. */
function tablesToEmpty(): MovedTable[] {
  const moved = [...movedTables, ...lastTables].filter(({ name }) => name !== 'Workspace').reverse();
  const others = Object.keys(leftOut).filter((name) => name !== 'ClosedWorkspace' && name !== 'ConversationCount');
  // The deletion of conversations adds to it.
  return [...others.map((name) => ({ name })), ...moved, { name: 'ConversationCount' }];
}

/** From here on nobody is served from the workspace, and without a head whoever still writes fails. */
async function close(client: Client, workspaceId: string): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(
      `INSERT INTO "ClosedWorkspace" ("workspaceId", reason, "closedAt") VALUES ($1, 'DELETING', now())
       ON CONFLICT ("workspaceId") DO UPDATE SET reason = 'DELETING', checksum = NULL, "readBytes" = NULL`,
      [workspaceId],
    );
    await client.query('DELETE FROM "EventHead" WHERE "workspaceId" = $1', [workspaceId]);
  });
}

/**
 * Has a worker remove the files of uploads once more that can still be stored, or are being stored, by URLs that were handed
 * out: nothing refuses those, and without rows the cleaning up would not find the files.
 */
async function removeAgain(client: Client, workspaceId: string, uploads: readonly { id: string }[]): Promise<void> {
  await client.query(
    `SELECT graphile_worker.add_job($1, json_build_object('workspaceId', $2::uuid, 'keys', json_agg(key)),
       run_at => max("expiresAt") + make_interval(secs => $4))
     FROM "Upload" WHERE "workspaceId" = $2 AND id = ANY ($3::uuid[]) AND "expiresAt" > now() - make_interval(secs => $4)
     HAVING count(*) > 0`,
    [REMOVE_FILES, workspaceId, uploads.map(({ id }) => id), TRANSFER_MS / 1000],
  );
}

const MANY_ACTORS = 1_000;

/**
 * Removes deleted rows from the indexes of tables that refer to actors by columns without an index: PostgreSQL would read
 * past all of them for each actor.
 */
async function forgetDeletedRows(client: Client, workspaceId: string): Promise<void> {
  if ((await countRows(client, { name: 'Actor' }, workspaceId)) < MANY_ACTORS) return;
  for (const table of ['Conversation', 'Participant', 'ReadPosition', 'Transfer', 'Prospect', 'ApiKey']) {
    await client.query(`VACUUM (TRUNCATE false) "${table}"`);
  }
}

/** Deletes some rows; of those that refer to others of the table, before these. */
async function deleteBatch(client: Client, { name, order }: MovedTable, workspaceId: string): Promise<number> {
  const reversed = order
    ?.split(', ')
    .map((column) => `${column} DESC`)
    .join(', ');
  const { rowCount } = await client.query(
    `DELETE FROM "${name}" WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM "${name}" WHERE "workspaceId" = $1 ${reversed ? `ORDER BY ${reversed}` : ''} LIMIT ${BATCH}))`,
    [workspaceId],
  );
  return rowCount ?? 0;
}

async function deleteFiles(
  { client, store }: DeleteOptions,
  workspaceId: string,
  onRemoved: (rows: number, files: number) => void,
): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ id: string; key: string }>(
      `SELECT id, key FROM "Upload" WHERE "workspaceId" = $1 ORDER BY id LIMIT ${FILES}`,
      [workspaceId],
    );
    if (rows.length === 0) return;
    let removed = 0;
    for (const { key } of rows) {
      if (await store.find({ workspaceId, key })) removed += 1;
      await store.remove({ workspaceId, key });
    }
    await removeAgain(client, workspaceId, rows);
    // The files first: a file without a row would not be found again.
    await client.query('DELETE FROM "Upload" WHERE "workspaceId" = $1 AND id = ANY ($2::uuid[])', [
      workspaceId,
      rows.map(({ id }) => id),
    ]);
    onRemoved(rows.length, removed);
  }
}
