import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';

type ScratchDatabase = {
  url: string;
  rows<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
};

/** An empty database for the tests of a file, dropped after them. */
export function useScratchDatabase(): ScratchDatabase {
  const name = `parley_e2e_${randomBytes(6).toString('hex')}`;
  const server = inject('databaseUrl');
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  beforeAll(() => query(server, `CREATE DATABASE ${name}`));
  afterAll(() => query(server, `DROP DATABASE ${name} WITH (FORCE)`));
  return { url, rows: (sql) => query(url, sql) };
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
