import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { messageOf } from '../lib/error-info.js';
import { StartError } from '../lib/program.js';
import { clientOf } from './hosts.js';
import { apply, LOCK_MS, type OnWait, untilLocksAreFree } from './migrate/apply.js';
import { connectForMigration, MIGRATING } from './migrate/connect.js';
import { type Migration, readMigrations } from './migrate/migrations.js';
import { assertMayMigrate, assertMayServe } from './migrate/rights.js';
import { noLimits, settleSession } from './session-settings.js';

// The lock and table of Prisma Migrate, so that `prisma migrate` can take over at any time, or run at the same time.
const MIGRATION_LOCK = 72_707_369;
const TABLE: [string, string] = ['public', '_prisma_migrations'];
const JOBS_TABLE: [string, string] = ['graphile_worker', '_private_jobs'];
const CREATE_TABLE = `CREATE TABLE _prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

type Recorded = { migration_name: string; checksum: string; finished: boolean };

type MigrateOptions = {
  /** Called with a line for the operator while a migration has to wait. */
  onWait?: OnWait;
  /** Default: those of this package. */
  migrations?: Migration[];
};

/**
 * Applies all pending migrations to the database, and those of Graphile Worker, which keeps jobs in a schema of its
 * own. Returns the names of our migrations that were applied. If several processes migrate at the same time, one
 * applies the migrations and the others wait. Unknown migrations in the database are ignored: a newer version of Parley
 * is being rolled out or back. Other processes go on working meanwhile: a lock that is not free within 0.7 seconds is given up
 * and tried again.
 * @throws {StartError} if the database cannot be reached, is older than PostgreSQL 15, contains a migration that failed
 *   or was changed after it was applied, or refuses a migration or the
 *   rights that the server needs. Migrations before that one stay applied; it does not.
 */
export async function migrate(url: string, { onWait = () => {}, ...options }: MigrateOptions = {}): Promise<string[]> {
  const migrations = options.migrations ?? (await readMigrations());
  const client = await connectForMigration(url);
  try {
    await takeTurn(client, onWait);
    const missing = await isMissing(client, TABLE);
    await assertMayServe(client);
    const pending = pendingOf(migrations, missing ? [] : await recorded(client));
    if (pending.length > 0 || (await isMissing(client, JOBS_TABLE))) await assertMayMigrate(client);
    // Only if it is missing, so that a role that may not create tables can start on an up-to-date database.
    if (missing) await client.query(CREATE_TABLE);
    await usingSecond(url, async (watcher) => {
      // Nothing takes long in a database without rows.
      const isNew = pending.length === migrations.length;
      const session = { client, watcher, onWait, isNew };
      for (const migration of pending) await apply(session, migration);
      await untilLocksAreFree(session, 'A migration of the job queue', () => migrateJobs(url));
    });
    return pending.map(({ name }) => name);
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw new StartError(`The database cannot be migrated: ${messageOf(cause)}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Migrates the database, or only makes sure that it is up to date where MIGRATE is off. */
export async function bringUpToDate(url: string, { migrate: mayMigrate, onWait }: UpToDateOptions): Promise<void> {
  await (mayMigrate ? migrate(url, { onWait }) : assertMigrated(url));
}

type UpToDateOptions = { migrate: boolean; onWait: OnWait };

/**
 * Makes sure that no migration is pending, without changing anything.
 * @throws {StartError} if one is, or for the reasons that `migrate` has before the first migration
 */
async function assertMigrated(url: string, options: Pick<MigrateOptions, 'migrations'> = {}): Promise<void> {
  const migrations = options.migrations ?? (await readMigrations());
  const client = await connectForMigration(url);
  try {
    await assertMayServe(client);
    const records = (await isMissing(client, TABLE)) ? [] : await recorded(client);
    const pending = pendingOf(migrations, records).map(({ name }) => name);
    if (await isMissing(client, JOBS_TABLE)) pending.push('those of the job queue');
    if (pending.length === 0) return;
    throw new StartError(
      `Migrations are missing (${listOf(pending)}), and MIGRATE is off: run the command migrate of this version first`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

const LISTED = 3;

function listOf(names: string[]): string {
  const more = names.length - LISTED;
  return [...names.slice(0, LISTED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

const POLL_MS = 200;
const NOTICE_MS = 3_000;

/** Waits for the lock of all who migrate; not in PostgreSQL, where a statement that waits would hold up building an index. */
async function takeTurn(client: pg.Client, onWait: OnWait): Promise<void> {
  const notice = setTimeout(() => onWait('Another process is migrating the database; waiting for it'), NOTICE_MS);
  try {
    for (;;) {
      const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS locked', [MIGRATION_LOCK]);
      if (rows[0]?.locked) return;
      await sleep(POLL_MS);
    }
  } finally {
    clearTimeout(notice);
  }
}

/** Whether there is no such table; not by its privileges, as `to_regclass` would. */
async function isMissing(client: pg.Client, [schema, table]: [schema: string, table: string]): Promise<boolean> {
  const { rows } = await client.query(
    'SELECT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = $1 AND tablename = $2) AS missing',
    [schema, table],
  );
  return rows[0]?.missing;
}

async function usingSecond(url: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = await connectForMigration(url);
  try {
    await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function recorded(client: pg.Client): Promise<Recorded[]> {
  const { rows } = await client.query<Recorded>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  return rows;
}

function pendingOf(migrations: Migration[], records: Recorded[]): Migration[] {
  const failed = records.find(({ finished }) => !finished);
  if (failed) {
    throw new StartError(
      `Migration ${failed.migration_name} failed on this database: repair by hand what it left behind, ` +
        'then delete its row from _prisma_migrations',
    );
  }
  const checksums = new Map(records.map(({ migration_name, checksum }) => [migration_name, checksum]));
  const changed = migrations.find(({ name, checksum }) => (checksums.get(name) ?? checksum) !== checksum);
  if (changed) {
    throw new StartError(
      `Migration ${changed.name} was changed after it was applied to this database: ` +
        'restore its file, and put the change into a new migration',
    );
  }
  return migrations.filter(({ name }) => !checksums.has(name));
}

const silent = new Logger(() => () => undefined);

/** Migrates the schema of Graphile Worker, which processes need even if they only add jobs. */
async function migrateJobs(url: string): Promise<void> {
  const pool = new pg.Pool({
    Client: clientOf(url),
    max: 1,
    application_name: MIGRATING,
    onConnect: (client) => settleSession(client, { ...noLimits, lockMs: LOCK_MS }),
  });
  // A broken connection also fails the migration, which reports it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await runMigrations({ pgPool: pool, schema: 'graphile_worker', logger: silent });
  } finally {
    await pool.end();
  }
}
