import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';

export type ScratchDatabase = {
  url: string;
  rows<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
};

/** An empty database for the tests of a file, dropped after them. */
export function useScratchDatabase(): ScratchDatabase {
  const name = `parley_e2e_${randomBytes(6).toString('hex')}`;
  const server = inject('databaseUrl');
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  beforeAll(() => query(server, `CREATE DATABASE ${name}`));
  afterAll(() => dropDatabase(server, name));
  return { url, rows: (sql) => query(url, sql) };
}

const TRIES = 150;
const PAUSE_MS = 200;

/** Drops a database of a server. It is refused while PostgreSQL itself is vacuuming there, which only a superuser may end. */
export async function dropDatabase(server: string, name: string, tries = TRIES): Promise<void> {
  try {
    await query(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } catch (error) {
    if (tries <= 1) throw error;
    await sleep(PAUSE_MS);
    await dropDatabase(server, name, tries - 1);
  }
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
