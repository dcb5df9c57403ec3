import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';

export type ScratchDatabase = {
  url: string;
  rows<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]>;
};

/** The name of the connection that `rows` uses, for tests that end the connections of others. */
export const SCRATCH_CONNECTION = 'parley-test';

/** Above it, a statement of a test would fail where a server changes the same row, as a role's settings may demand. */
const ISOLATION = '-c default_transaction_isolation=read\\ committed';

type Options = {
  /** Whether it has no tables yet. */
  empty?: boolean;
  /** The LC_CTYPE and LC_COLLATE of an empty database; those of the server unless given. */
  locale?: string;
};

/** A database for the tests of a file, dropped after them: a copy of the migrated one or, where asked for, an empty one. */
export function useScratchDatabase({ empty = false, locale }: Options = {}): ScratchDatabase {
  const name = `parley_e2e_${randomBytes(6).toString('hex')}`;
  const server = inject('databaseUrl');
  const url = databaseUrl(server, name);
  // Kept open because some tests ask again and again until something has happened.
  const pool = new pg.Pool({ connectionString: url, max: 1, application_name: SCRATCH_CONNECTION, options: ISOLATION });
  pool.on('error', () => undefined);
  beforeAll(() => createDatabase(server, name, empty ? undefined : inject('databaseTemplate'), locale));
  afterAll(async () => {
    await pool.end();
    await dropDatabase(server, name);
  });
  return { url, rows: async <Row extends pg.QueryResultRow>(sql: string) => (await pool.query<Row>(sql)).rows };
}

/** The URL of another database on the same server. */
export function databaseUrl(server: string, name: string): string {
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

/** Creates a database that does not wait for the disk at each commit, empty or as a copy of another one. */
export async function createDatabase(server: string, name: string, template?: string, locale?: string): Promise<void> {
  await withClient(server, async (client) => {
    const localized = `TEMPLATE template0 ENCODING 'UTF8' LC_CTYPE '${locale}' LC_COLLATE '${locale}'`;
    const copied = template === undefined ? '' : `TEMPLATE ${template}`;
    await client.query(`CREATE DATABASE ${name} ${locale === undefined ? copied : localized}`);
    await client.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
  });
}

const TRIES = 150;
const PAUSE_MS = 200;

/** Drops a database. PostgreSQL refuses while it is vacuuming there itself, which only a superuser may end. */
export async function dropDatabase(server: string, name: string, tries = TRIES): Promise<void> {
  try {
    await withClient(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  } catch (error) {
    if (tries <= 1) throw error;
    await sleep(PAUSE_MS);
    await dropDatabase(server, name, tries - 1);
  }
}

/** Connects for the time of `use`. */
export async function withClient<Result>(url: string, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
