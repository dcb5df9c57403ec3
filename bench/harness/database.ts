import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { pino } from 'pino';
import { useEmbeddedDatabase } from '../../src/db/embedded.js';
import { migrate } from '../../src/db/migrate.js';
import { property } from '../../src/db/sql-state.js';
import type { Progress } from './progress.js';
import { type Scene, sceneSchema } from './scene.js';
import { seed } from './seed.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const DATA_DIR = path.join(HERE, '..', '.data');
const MIGRATIONS = path.join(HERE, '..', '..', 'prisma', 'migrations');

/** Increase it when `seed.ts` writes something else. */
const SEED_VERSION = 1;

/** A database of this run, which starts as the seeded one and is dropped at the end. */
export type RunDatabase = { url: string; scene: Scene };

export type DatabaseServer = {
  /** A fresh copy of the database with this many conversations, which is seeded the first time. */
  copy: (conversations: number) => Promise<RunDatabase>;
  /** A database with all tables and no rows. */
  empty: (name: string) => Promise<string>;
  /** For results.json, such as `PostgreSQL 18.4`. */
  version: string;
  stop: () => Promise<void>;
};

/** Opens the PostgreSQL of DATABASE_URL, or the embedded one with its data in bench/.data. */
export async function openDatabaseServer(progress: Progress): Promise<DatabaseServer> {
  const external = process.env.DATABASE_URL;
  const embedded = external ? null : await useEmbeddedDatabase({ dataDir: DATA_DIR, log: pino({ level: 'error' }) });
  const url = external ?? embedded?.url ?? '';
  const admin = new pg.Client(url);
  await admin.connect();
  const dropped: string[] = [];
  const { rows } = await admin.query<{ version: string }>("SELECT current_setting('server_version') AS version");
  const schema = await schemaVersion();

  async function seeded(conversations: number): Promise<string> {
    const name = `parley_bench_${conversations}_${schema}`;
    if (await exists(admin, name)) return name;
    const unfinished = `${name}_unfinished`;
    await drop(admin, unfinished);
    await admin.query(`CREATE DATABASE ${unfinished}`);
    await seed(withName(url, unfinished), conversations, progress);
    await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
    progress.line(`seeded ${conversations} conversations`);
    return name;
  }

  return {
    version: `PostgreSQL ${rows[0]?.version}`,
    copy: async (conversations) => {
      const template = await seeded(conversations);
      const name = `parley_bench_run_${conversations}`;
      await drop(admin, name);
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
      dropped.push(name);
      return { url: withName(url, name), scene: await readScene(withName(url, name)) };
    },
    empty: async (name) => {
      const database = `parley_bench_${name}`;
      await drop(admin, database);
      await admin.query(`CREATE DATABASE ${database}`);
      dropped.push(database);
      await migrate(withName(url, database));
      return withName(url, database);
    },
    stop: async () => {
      for (const name of dropped) await drop(admin, name);
      await admin.end();
      await embedded?.stop();
    },
  };
}

/** Runs statements on a connection of its own. */
export async function withClient<Result>(url: string, use: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function readScene(url: string): Promise<Scene> {
  const { rows } = await withClient(url, (client) => client.query('SELECT scene FROM bench.scene'));
  return sceneSchema.parse(rows[0]?.scene);
}

/** Changes with the migrations, so that a database is never of another schema than the code. */
async function schemaVersion(): Promise<string> {
  const names = await readdir(MIGRATIONS);
  return createHash('sha256').update(`${SEED_VERSION} ${names.sort().join()}`).digest('hex').slice(0, 8);
}

async function exists(admin: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
}

async function drop(admin: pg.Client, name: string): Promise<void> {
  try {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } catch (error) {
    // Only a superuser may end what vacuums it by force; without, PostgreSQL ends that itself.
    if (property(error, 'code') !== INSUFFICIENT_PRIVILEGE) throw error;
    await admin.query(`DROP DATABASE IF EXISTS ${name}`);
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

function withName(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/**
 * Forgets when keys were used, so that a server that has just started notes the use of the first one. For that it loads the
 * query compiler of Prisma, whose 50 MB would otherwise count for whatever is measured when that happens.
 */
export async function forgetUses({ url }: RunDatabase): Promise<void> {
  await withClient(url, (client) => client.query('UPDATE "ApiKey" SET "lastUsedAt" = NULL'));
}
