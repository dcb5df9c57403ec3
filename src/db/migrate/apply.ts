import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import { isLockTimeout } from '../sql-state.js';
import { MIGRATING } from './connect.js';
import { watchLock } from './lock-holders.js';
import type { Migration } from './migrations.js';

/** Called with a line for the operator while a migration has to wait. */
export type OnWait = (message: string) => void;

/** The connection that migrates, and a second one that looks for what it waits for. */
export type Session = {
  client: pg.Client;
  watcher: pg.Client;
  onWait: OnWait;
  /** Whether no migration was applied before these. */
  isNew: boolean;
};

/** As long as a lock is waited for, PostgreSQL has everybody wait who needs the table: less than a second. */
export const LOCK_MS = 700;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 10_000;

/**
 * Runs work that takes locks. Where one is not free within 0.7 seconds, the work fails with 55P03, others get their turn, and
 * it is tried again, for as long as it takes.
 */
export async function untilLocksAreFree<T>(session: Session, what: string, work: () => Promise<T>): Promise<T> {
  const { watcher, onWait } = session;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
    const watch = watchLock(watcher, MIGRATING);
    try {
      return await work();
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
    } finally {
      await watch.stop();
    }
    const holders = watch.holders() || 'another process';
    onWait(`${what} waits for a lock held by ${holders}; it is tried again in ${pauseMs / 1000} s`);
    await sleep(pauseMs);
  }
}

/** Applies a migration and records it. */
export async function apply(session: Session, migration: Migration): Promise<void> {
  if (migration.index !== undefined) return applyBesideOthers(session, migration, migration.index);
  const { client } = session;
  await untilLocksAreFree(session, `Migration ${migration.name}`, async () => {
    try {
      await client.query('BEGIN');
      await client.query(`SET LOCAL lock_timeout = ${LOCK_MS}`);
      await client.query(migration.sql);
      await record(client, migration);
      await client.query('COMMIT');
    } catch (cause) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (isLockTimeout(cause)) throw cause;
      throw new StartError(`Migration ${migration.name} failed and was rolled back: ${messageOf(cause)}`, { cause });
    }
  });
}

/**
 * Builds or drops an index outside of a transaction, while others write. It waits for as long as it takes, as nobody waits
 * for it. What an earlier try has left behind is removed first, or taken over if it is complete.
 */
async function applyBesideOthers(session: Session, migration: Migration, index: string): Promise<void> {
  const { client, onWait, isNew } = session;
  try {
    await client.query('SET lock_timeout = 0');
    const { rowCount } = await client.query(
      'SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid',
      [`"${index}"`],
    );
    if (rowCount) await client.query(`DROP INDEX CONCURRENTLY IF EXISTS "${index}"`);
    if (!isNew)
      onWait(`Migration ${migration.name} runs beside other processes, which may take minutes on a large table`);
    await client.query(migration.sql);
    await record(client, migration);
  } catch (cause) {
    throw new StartError(
      `Migration ${migration.name} failed, and begins anew when it is repeated: ${messageOf(cause)}`,
      { cause },
    );
  }
}

async function record(client: pg.Client, { name, checksum }: Migration): Promise<void> {
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  );
}
