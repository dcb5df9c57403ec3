import { type FileHandle, open } from 'node:fs/promises';
import type { Client } from 'pg';
import { isOutOfConnections } from '../../../db/sql-state.js';
import type { UploadStore } from '../../../file-storage/store.js';
import { messageOf } from '../../../lib/error-info.js';
import { encodeId } from '../../../lib/ids.js';
import { StartError } from '../../../lib/program.js';
import { type Closed, inTransaction, lockToMove, lockToWrite, readClosed } from './closed-workspace.sql.js';
import { lastMigration } from './find-workspace.sql.js';
import type { Header } from './format.js';
import type { Counts } from './tables.js';
import { type VerifiedExport, verifyExport } from './verify-export.js';
import { writeImport } from './write-import.js';

export type ImportOptions = {
  client: Client;
  /** Opens another connection. */
  connectAnother: () => Promise<Client>;
  /** How many connections write rows. */
  writers: number;
  store: UploadStore;
  file: string;
  /** The ids of the keys that secrets can be decrypted with. */
  secretKeys: readonly string[];
  /** Whether webhook endpoints stay active. */
  keepWebhooks: boolean;
  /** Called with the bytes that are written, and those that there are. */
  onProgress?: ((done: number, all: number) => void) | undefined;
};

export type Imported = { workspace: Header['workspace']; counts: Counts; resumed: boolean };

/**
 * Writes an exported workspace into a database that has none with its id or slug. The workspace is served once all of it
 * is there. An import that was interrupted goes on where it was when it is run again with the same file.
 * @throws {StartError} if the file is not a complete export, or cannot be imported here
 */
export async function importWorkspace(options: ImportOptions): Promise<Imported> {
  const handle = await openFile(options.file);
  try {
    const verified = await verifyExport(handle);
    const { client, secretKeys } = options;
    const { workspace } = verified.header;
    await assertImportable(client, verified.header, secretKeys);
    await lockToMove(client, workspace.id);
    const { from, resumed } = await begin(client, verified);
    const others = await openWriters(options, workspace.id);
    const writers = others.length > 0 ? others : [client];
    await writeImport({ ...options, writers, handle, verified, from, resumed });
    return { workspace, counts: verified.trailer.counts, resumed };
  } finally {
    await handle.close();
  }
}

/** Opens the connections that write, or as many as PostgreSQL allows. */
async function openWriters(
  { connectAnother, writers: wanted }: Pick<ImportOptions, 'connectAnother' | 'writers'>,
  workspaceId: string,
): Promise<Client[]> {
  const writers: Client[] = [];
  while (writers.length < wanted) {
    try {
      const writer = await connectAnother();
      await lockToWrite(writer, workspaceId);
      writers.push(writer);
    } catch (error) {
      if (!isOutOfConnections(error)) throw error;
      break;
    }
  }
  return writers;
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (cause) {
    throw new StartError(`The file cannot be read (${messageOf(cause)}).`, { cause });
  }
}

async function assertImportable(client: Client, { migration, secretKeys }: Header, keys: readonly string[]) {
  const own = await lastMigration(client);
  if (migration !== own) {
    throw new StartError(
      migration > own
        ? `The file is of a later version of Parley, with the migration ${migration}: upgrade this server first.`
        : `The file is of an earlier version of Parley, which ends with the migration ${migration}, not ${own}: upgrade the server that it is from, and export again.`,
    );
  }
  const missing = secretKeys.filter((id) => !keys.includes(id));
  if (missing.length > 0) {
    throw new StartError(
      `Secrets in the file are encrypted with the key ${missing.join(', ')}, which SECRETS_KEY lacks: add it after the others.`,
    );
  }
}

/** Whether an import has ended before its first row, so that there is nothing to go on with, or to delete. */
async function isUnbegun(client: Client, workspaceId: string, { reason }: Closed): Promise<boolean> {
  if (reason !== 'IMPORTING') return false;
  const { rowCount } = await client.query('SELECT FROM "Workspace" WHERE id = $1', [workspaceId]);
  return rowCount === 0;
}

/** Marks the workspace as being imported, and returns up to where the file is written already. */
async function begin(
  client: Client,
  { header: { workspace }, trailer, headerEnd }: VerifiedExport,
): Promise<{ from: number; resumed: boolean }> {
  const closed = await readClosed(client, workspace.id);
  const id = encodeId('Workspace', workspace.id);
  if (closed?.reason === 'IMPORTING' && closed.checksum === trailer.sha256) {
    return { from: closed.readBytes, resumed: true };
  }
  if (closed && !(await isUnbegun(client, workspace.id, closed))) {
    throw new StartError(
      closed.reason === 'IMPORTING'
        ? `The import of another file with the workspace ${id} has not ended: run it again, or delete the workspace.`
        : `The deletion of the workspace ${id} has not ended: run it again.`,
    );
  }
  const { rows } = await client.query<{ id: string }>('SELECT id FROM "Workspace" WHERE id = $1 OR slug = $2', [
    workspace.id,
    workspace.slug,
  ]);
  if (rows.length > 0) {
    const same = rows.some((row) => row.id === workspace.id) ? `id ${id}` : `slug ${workspace.slug}`;
    throw new StartError(`There is a workspace with the ${same} in this database already.`);
  }
  await inTransaction(client, async () => {
    await client.query(
      `INSERT INTO "ClosedWorkspace" ("workspaceId", reason, checksum, "readBytes", "closedAt")
       VALUES ($1, 'IMPORTING', $2, $3, now())
       ON CONFLICT ("workspaceId") DO UPDATE SET checksum = excluded.checksum, "readBytes" = excluded."readBytes"`,
      [workspace.id, trailer.sha256, headerEnd],
    );
  });
  return { from: headerEnd, resumed: false };
}
