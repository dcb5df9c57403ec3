import { randomUUID } from 'node:crypto';
import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import { messageOf } from '../lib/error-info.js';
import { StartError } from '../lib/program.js';
import { connectForMigration } from './migrate/connect.js';
import { type Migration, readMigrations } from './migrate/migrations.js';
import { noLimits, settleSession } from './session-settings.js';

// The lock and table of Prisma Migrate, so that `prisma migrate` can take over at any time, or run at the same time.
const MIGRATION_LOCK = 72_707_369;
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

/**
 * Applies all pending migrations to the database, and those of Graphile Worker, which keeps jobs in a schema of its
 * own. Returns the names of our migrations that were applied. If several processes migrate at the same time, one
 * applies the migrations and the others wait. Unknown migrations in the database are ignored: a newer version of Parley
 * is being rolled out or back.
 * @throws {StartError} if the database cannot be reached, is older than PostgreSQL 15, contains a migration that failed
 *   or was changed after it was applied, or refuses a migration. Migrations before that one stay applied; it does not.
 */
export async function migrate(url: string): Promise<string[]> {
  const migrations = await readMigrations();
  const client = await connectForMigration(url);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // Only if it is missing, so that a role that may not create tables can start on an up-to-date database.
    const { rows } = await client.query("SELECT to_regclass('_prisma_migrations') IS NULL AS missing");
    if (rows[0]?.missing) await client.query(CREATE_TABLE);
    const pending = pendingOf(migrations, await recorded(client));
    for (const migration of pending) await apply(client, migration);
    await migrateJobs(url);
    return pending.map(({ name }) => name);
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw new StartError(`The database cannot be migrated: ${messageOf(cause)}`, { cause });
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

/** Applies a migration and records it in one transaction, so that a failure leaves nothing behind. */
async function apply(client: pg.Client, { name, checksum, sql }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    throw new StartError(`Migration ${name} failed and was rolled back: ${messageOf(cause)}`, { cause });
  }
}

const silent = new Logger(() => () => undefined);

/** Migrates the schema of Graphile Worker, which processes need even if they only add jobs. */
async function migrateJobs(url: string): Promise<void> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    application_name: 'parley-migrate',
    onConnect: (client) => settleSession(client, noLimits),
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
