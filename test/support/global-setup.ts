import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbeddedDatabase } from '../../src/db/embedded.js';
import { migrate } from '../../src/db/migrate.js';
import { dropDatabase } from './scratch-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that all test files share; each makes workspaces of its own in it. */
    databaseUrl: string;
  }
}

interface Server {
  url: string;
  /** Leaves nothing behind of a database that was made for the tests. */
  stop(database: string): Promise<void>;
}

const startServer = async (): Promise<Server> => {
  const url = process.env.DATABASE_URL;
  if (url) return { url, stop: (database) => dropDatabase(url, database) };
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
  // PostgreSQL, which never runs as root, must reach it; otherwise the data would be put elsewhere.
  await chmod(dataDir, 0o755);
  const database = await startEmbeddedDatabase({ dataDir, log: pino({ level: 'error' }) });
  return {
    url: database.url,
    stop: async () => {
      await database.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};

const execute = async (url: string, sql: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer();
  const name = `parley_test_${randomBytes(6).toString('hex')}`;
  await execute(server.url, `CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  await migrate(url.href);
  project.provide('databaseUrl', url.href);
  return () => server.stop(name);
}
