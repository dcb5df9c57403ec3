import path from 'node:path';
import { createGzip } from 'node:zlib';
import type { Client } from 'pg';
import { inTransaction } from './connect.js';
import { writeMeasured } from './files.js';
import type { Manifest } from './manifest.js';
import { listTables, lockTables, readRows, readSequences, type Table } from './tables.sql.js';

const FOLDER = 'tables';
const SNAPSHOT = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
/** The least: text shrinks to a fifth even so, and the server beside it needs its cores. */
const LEVEL = 1;

export type OnProgress = (done: number, all: number, table: string) => void;
type Dumped = Omit<Manifest, 'format' | 'parley'>;

/**
 * Writes all rows of a database into a directory, as they are at one moment. Others read and write meanwhile; only what
 * changes tables, such as a migration, waits. Returns what the manifest says about it.
 */
export async function dumpTables(url: string, directory: string, onProgress: OnProgress): Promise<Dumped> {
  return inTransaction(url, SNAPSHOT, async (client) => {
    const database = await describe(client);
    const listed = await listTables(client);
    await lockTables(client, listed);
    const files: Manifest['files'] = {};
    const read: { table: Table; file: string; rows: { rowCount: number } }[] = [];
    for (const [index, table] of listed.entries()) {
      onProgress(index, listed.length, table.name);
      const file = `${FOLDER}/${table.schema}.${table.name}.gz`;
      const rows = readRows(client, table);
      files[file] = await writeMeasured(path.join(directory, file), rows, createGzip({ level: LEVEL }));
      read.push({ table, file, rows });
    }
    const sequences = await readSequences(client);
    // PostgreSQL says how many rows there were after the last of them, but before it answers the next statement.
    const tables = read.map(({ table, file, rows }) => ({ ...table, rows: rows.rowCount, file }));
    return { ...database, tables, sequences, files };
  });
}

async function describe(client: Client): Promise<Pick<Dumped, 'postgres' | 'takenAt' | 'migrations'>> {
  const { rows } = await client.query<{ postgres: string; takenAt: Date }>(
    `SELECT current_setting('server_version') AS postgres, now() AS "takenAt"`,
  );
  const { rows: migrations } = await client.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL ORDER BY 1`,
  );
  const [server] = rows;
  if (!server) throw new Error('PostgreSQL says nothing about itself');
  return { postgres: server.postgres, takenAt: server.takenAt.toISOString(), migrations };
}
