import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { TestProject } from 'vitest/node';
import { startEmbeddedDatabase } from '../../src/db/embedded.js';
import { migrate } from '../../src/db/migrate.js';
import { hasPgBouncer, type Pooler, startPooler, transactionMode } from './pooler.js';
import { createDatabase, databaseUrl, dropDatabase, withClient } from './scratch-database.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The migrated database that all test files share; each makes workspaces of its own in it. */
    databaseUrl: string;
    /** The name of a migrated database that nobody connects to, to be copied. */
    databaseTemplate: string;
    /** Where servers find a PgBouncer in transaction mode, if `TEST_POOLER` asks for one; otherwise 0. */
    poolerPort: number;
    /** For the files of servers that are never stopped; removed at the end of the run. */
    directory: string;
  }
}

interface Server {
  url: string;
  /** Leaves nothing behind of the databases that were made for the tests. */
  stop(databases: string[]): Promise<void>;
}

async function startServer(directory: string): Promise<Server> {
  const url = process.env.DATABASE_URL;
  if (url)
    return { url, stop: async (names) => void (await Promise.all(names.map((name) => dropDatabase(url, name)))) };
  const dataDir = path.join(directory, 'data');
  const database = await startEmbeddedDatabase({ dataDir, log: pino({ level: 'error' }) });
  await forgoDurability(database.url, await readFile(path.join(dataDir, 'postgres/password'), 'utf8'));
  return database;
}

/** The data of a test run need not survive a crash of the machine. */
async function forgoDurability(url: string, password: string): Promise<void> {
  const superuser = Object.assign(new URL(url), { username: 'postgres', password: password.trim() });
  await withClient(superuser.href, async (client) => {
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      await client.query(`ALTER SYSTEM SET ${setting} = off`);
    }
    await client.query("ALTER SYSTEM SET max_wal_size = '4GB'");
    await client.query('SELECT pg_reload_conf()');
  });
}

/** With fewer sessions than a server's own pool has connections. */
async function startRequestedPooler(url: string): Promise<Pooler | undefined> {
  const { TEST_POOLER: mode } = process.env;
  if (!mode) return undefined;
  if (mode !== 'transaction') throw new Error(`TEST_POOLER is ${JSON.stringify(mode)}: it takes transaction`);
  if (!hasPgBouncer) throw new Error('TEST_POOLER needs PgBouncer: install the package pgbouncer');
  return startPooler(url, transactionMode, (text) =>
    text.replace(/^default_pool_size = .*$/m, 'default_pool_size = 5'),
  );
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-test-'));
  // PostgreSQL, which never runs as root, must reach it; otherwise the data would be put elsewhere.
  await chmod(directory, 0o755);
  const server = await startServer(directory);
  const id = randomBytes(6).toString('hex');
  const [template, name] = [`parley_template_${id}`, `parley_test_${id}`];
  await createDatabase(server.url, template);
  await migrate(databaseUrl(server.url, template));
  await createDatabase(server.url, name, template);
  project.provide('databaseUrl', databaseUrl(server.url, name));
  project.provide('databaseTemplate', template);
  project.provide('directory', directory);
  const pooler = await startRequestedPooler(server.url);
  project.provide('poolerPort', pooler?.port ?? 0);
  return async () => {
    await pooler?.stop();
    await server.stop([name, template]);
    await rm(directory, { recursive: true, force: true });
  };
}
