import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { messageOf } from '../lib/error-info.js';
import { StartError } from '../lib/program.js';
import { connectForMigration } from './migrate/connect.js';
import { migrateJobs } from './migrate/jobs.js';
import { type Migration, readMigrations } from './migrate/migrations.js';

// The lock and the table of Prisma Migrate, so that `prisma migrate` can take over at any time, or run at the same time.
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
 * Brings the database to the newest migration, and that of Graphile Worker, which keeps the jobs in a schema of its own;
 * answers the names of ours that it has applied. Of several processes that do so at once, one applies and the others
 * wait. Migrations that the database has and we do not know are left alone: a newer version of Parley is being rolled
 * out, or back.
 * @throws {StartError} when the database cannot be reached, is older than PostgreSQL 15, holds a migration that failed or
 *   was changed since, or refuses one; the migrations before that one stay applied, and nothing of it does
 */
export async function migrate(url: string): Promise<string[]> {
  const migrations = await readMigrations();
  const client = await connectForMigration(url);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    // Only when it is missing: a role that may not create tables can still start on a database that is up to date.
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
      `Migration ${failed.migration_name} has failed on this database: repair by hand what it left there, ` +
        'then delete its row from _prisma_migrations',
    );
  }
  const checksums = new Map(records.map(({ migration_name, checksum }) => [migration_name, checksum]));
  const changed = migrations.find(({ name, checksum }) => (checksums.get(name) ?? checksum) !== checksum);
  if (changed) {
    throw new StartError(
      `Migration ${changed.name} was changed after it was applied to this database: ` +
        'bring its file back, and put the change into a new migration',
    );
  }
  return migrations.filter(({ name }) => !checksums.has(name));
}

/** The migration and its record are committed together, so that a failure leaves nothing behind. */
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
    throw new StartError(`Migration ${name} failed, and nothing of it was applied: ${messageOf(cause)}`, { cause });
  }
}
