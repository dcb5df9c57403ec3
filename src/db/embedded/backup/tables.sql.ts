import type { Client } from 'pg';
import pg from 'pg';
import { type CopyStreamQuery, type CopyToStreamQuery, from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Manifest } from './manifest.js';

export type Table = { schema: string; name: string; columns: string[] };
type Named = Pick<Table, 'schema' | 'name'>;
type Sequence = Manifest['sequences'][number];

const SCHEMAS = ['public', 'graphile_worker'];
/** Written by the migrations themselves, of Parley and of the job queue. */
const OF_MIGRATIONS = ['public._prisma_migrations', 'graphile_worker.migrations'];

/** Every table with the columns that are stored, without those that PostgreSQL computes. */
export async function listTables(client: Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(
    `SELECT nspname::text AS schema, relname::text AS name,
       (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns
     FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE nspname = ANY($1) AND relkind = 'r' AND nspname || '.' || relname <> ALL($2)
     ORDER BY 1, 2`,
    [SCHEMAS, OF_MIGRATIONS],
  );
  return rows;
}

/** Keeps the tables as they are while they are read: what truncates or rewrites one would empty it in older snapshots. */
export async function lockTables(client: Client, tables: readonly Named[]): Promise<void> {
  if (tables.length > 0) await client.query(`LOCK TABLE ${tables.map(nameOf).join(', ')} IN ACCESS SHARE MODE`);
}

/** The values of all sequences. They are not part of a snapshot, so they are read after the rows: they never go back. */
export async function readSequences(client: Client): Promise<Sequence[]> {
  const { rows: names } = await client.query<Named>(
    'SELECT schemaname::text AS schema, sequencename::text AS name FROM pg_sequences WHERE schemaname = ANY($1) ORDER BY 1, 2',
    [SCHEMAS],
  );
  const sequences: Sequence[] = [];
  for (const named of names) {
    const { rows } = await client.query<{ value: string; isCalled: boolean }>(
      `SELECT last_value::text AS value, is_called AS "isCalled" FROM ${nameOf(named)}`,
    );
    sequences.push(...rows.map((row) => ({ ...named, ...row })));
  }
  return sequences;
}

export async function writeSequences(client: Client, sequences: readonly Sequence[]): Promise<void> {
  for (const { schema, name, value, isCalled } of sequences) {
    await client.query('SELECT setval($1::regclass, $2, $3)', [nameOf({ schema, name }), value, isCalled]);
  }
}

/** Empties the tables, and those that refer to them. */
export async function truncateTables(client: Client, tables: readonly Named[]): Promise<void> {
  if (tables.length > 0) await client.query(`TRUNCATE ${tables.map(nameOf).join(', ')} CASCADE`);
}

/** The rows of a table in PostgreSQL's text format, which all major versions read. */
export function readRows(client: Client, table: Table): CopyToStreamQuery {
  return client.query(copyTo(`COPY ${nameOf(table)} (${columnsOf(table)}) TO STDOUT`));
}

export function writeRows(client: Client, table: Table): CopyStreamQuery {
  return client.query(copyFrom(`COPY ${nameOf(table)} (${columnsOf(table)}) FROM STDIN`));
}

function nameOf({ schema, name }: Named): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}

function columnsOf({ columns }: Table): string {
  return columns.map((column) => pg.escapeIdentifier(column)).join(', ');
}
