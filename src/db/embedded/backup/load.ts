import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../../../lib/error-info.js';
import { StartError } from '../../../lib/program.js';
import { inTransaction } from './connect.js';
import type { OnProgress } from './dump.js';
import type { Manifest } from './manifest.js';
import { truncateTables, writeRows, writeSequences } from './tables.sql.js';

// The rows were consistent when they were read, so neither foreign keys nor triggers have anything to do.
const AS_THEY_WERE = 'BEGIN; SET LOCAL session_replication_role = replica';

/**
 * Puts the rows of a backup in place of those that the migrations have written, all or nothing.
 * @throws {StartError} if the tables do not take them
 */
export async function loadTables(
  superuserUrl: string,
  backup: string,
  { tables, sequences }: Manifest,
  onProgress: OnProgress,
): Promise<void> {
  await inTransaction(superuserUrl, AS_THEY_WERE, async (client) => {
    // In the transaction that fills them, too, as PostgreSQL then writes the rows once, and not also to its own log.
    await truncateTables(client, tables);
    for (const [index, table] of tables.entries()) {
      onProgress(index, tables.length, table.name);
      const target = writeRows(client, table);
      await pipeline(createReadStream(path.join(backup, table.file)), createGunzip(), target).catch((cause) => {
        throw refused(table.name, messageOf(cause), cause);
      });
      if (target.rowCount !== table.rows) throw refused(table.name, `${target.rowCount} rows instead of ${table.rows}`);
    }
    await writeSequences(client, sequences);
  });
  // Without it the first queries would be planned as if the tables were empty.
  await inTransaction(superuserUrl, 'BEGIN', (client) => client.query('ANALYZE'));
}

function refused(table: string, reason: string, cause?: unknown): StartError {
  return new StartError(`The backup cannot be loaded: table ${table}, ${reason}`, { cause });
}
