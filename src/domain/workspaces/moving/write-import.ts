import type { FileHandle } from 'node:fs/promises';
import type { Client } from 'pg';
import { z } from 'zod';
import { isFileKey } from '../../../file-storage/file-key.js';
import type { UploadStore } from '../../../file-storage/store.js';
import { StartError } from '../../../lib/program.js';
import { createBatchWriter } from './batch-writer.js';
import { createBatches } from './batches.js';
import { inTransaction, recordRead } from './closed-workspace.sql.js';
import { type FilePiece, fileLine } from './format.js';
import { readLines } from './read-lines.js';
import { insertOf } from './rows.sql.js';
import { lastTables, movedTables } from './tables.js';
import type { VerifiedExport } from './verify-export.js';

type Options = {
  client: Client;
  /** The connections that write rows. */
  writers: readonly Client[];
  store: UploadStore;
  handle: FileHandle;
  verified: VerifiedExport;
  /** Up to where the file is written already. */
  from: number;
  /** Whether rows after that may be there too. */
  resumed: boolean;
  keepWebhooks: boolean;
  onProgress?: ((done: number, all: number) => void) | undefined;
};

/** `{"Table":` and its end. */
const LINE = /^\{"(\w+)":/;
const HEAD_BYTES = 40;

/**
 * Writes what follows a position of the file: rows in batches, on several connections, while how far all of them have come
 * is recorded, and the tables that set the workspace going in one transaction at the end.
 */
export async function writeImport(options: Options): Promise<void> {
  const { client, writers, store, handle, verified, from, resumed, onProgress } = options;
  const workspaceId = verified.header.workspace.id;
  const inserts = new Map<string, string>();
  for (const { name } of movedTables) {
    inserts.set(name, await insertOf(client, name, { withoutWaiting: true, again: resumed }));
  }
  const last = new Map<string, string[]>(lastTables.map(({ name }) => [name, []]));
  const files = createFileWriter(store, workspaceId);

  async function record(end: number): Promise<void> {
    await recordRead(client, workspaceId, end);
    onProgress?.(end, verified.end);
  }

  const writer = createBatchWriter({
    clients: writers,
    write: (on, { table, rows }) => on.query(inserts.get(table) ?? '', [workspaceId, `[${rows.join(',')}]`]),
    record,
  });
  const batches = createBatches(movedTables, writer.add);

  async function take(line: Buffer, end: number): Promise<void> {
    const table = LINE.exec(line.toString('latin1', 0, HEAD_BYTES))?.[1] ?? '';
    if (table === 'file') {
      await batches.flush();
      await writer.end();
      if (await files.take(fileLine.parse(JSON.parse(line.toString())).file)) await record(end);
      return;
    }
    const kept = last.get(table);
    if (!kept && !inserts.has(table)) throw new StartError(`The file has a line of an unknown kind: ${table}.`);
    const row = line.toString('utf8', table.length + 4, line.length - 1);
    if (table === 'Upload') assertInStore(row);
    if (kept) kept.push(row);
    else await batches.add(table, { line, row, end });
  }

  for await (const lines of readLines(handle, from, verified.end)) {
    for (const { line, end } of lines) await take(line, end);
  }
  await batches.flush();
  await writer.end();
  // Its commit is waited for, and with it all before.
  await inTransaction(client, async () => {
    for (const [table, rows] of last) {
      await client.query(await insertOf(client, table), [workspaceId, `[${rows.join(',')}]`]);
    }
    await settleEndpoints(client, workspaceId, options.keepWebhooks);
    await client.query('DELETE FROM "ClosedWorkspace" WHERE "workspaceId" = $1', [workspaceId]);
  });
  onProgress?.(verified.end, verified.end);
}

/**
 * Has webhooks begin with the next event: those until now are sent by the original. Unless they are to go on from here,
 * they are deactivated, so that a copy does not call the receivers of the original.
 */
async function settleEndpoints(client: Client, workspaceId: string, keep: boolean): Promise<void> {
  await client.query(
    `UPDATE "WebhookEndpoint" e SET position = h.position, "replayUntil" = h.position
     FROM "EventHead" h WHERE h."workspaceId" = e."workspaceId" AND e."workspaceId" = $1`,
    [workspaceId],
  );
  if (keep) return;
  await client.query(
    `UPDATE "WebhookEndpoint" SET "deactivatedAt" = now(), "deactivationReason" = 'BY_HAND'
     WHERE "workspaceId" = $1 AND "deactivatedAt" IS NULL`,
    [workspaceId],
  );
}

const upload = z.object({ key: z.string().refine(isFileKey) });

/** Throws StartError for an upload whose file would be outside of the workspace's own folder. */
function assertInStore(row: string): void {
  if (!upload.safeParse(JSON.parse(row)).success) throw new StartError('The file has an upload with an invalid key.');
}

/** Puts the pieces of files together in a store. */
function createFileWriter(store: UploadStore, workspaceId: string) {
  let pieces: Buffer[] = [];
  return {
    /** Takes a piece, and returns whether its file is stored now. */
    take: async ({ key, contentType, data, last }: FilePiece): Promise<boolean> => {
      pieces.push(Buffer.from(data, 'base64'));
      if (!last) return false;
      const bytes = Buffer.concat(pieces);
      pieces = [];
      await store.write({ workspaceId, key, contentType }, bytes);
      return true;
    },
  };
}
