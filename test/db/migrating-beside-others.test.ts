import { describe, expect, it } from 'vitest';
import { type Migration, migrationOf, readMigrations } from '../../src/db/migrate/migrations.js';
import { migrate } from '../../src/db/migrate.js';
import { withSql } from '../faults/support/log-rows.js';
import { SendMessageDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const scratch = useScratchDatabase();
const parley = useParley({ databaseUrl: scratch.url, config: { databasePoolSize: 4 } });
const workspace = useWorkspace(parley);

const INDEX = 'Message_ofTheNextVersion_idx';
const addsColumn = migrationOf('29990101000000_column', 'ALTER TABLE "Message" ADD COLUMN "ofTheNextVersion" TEXT;\n');
const addsIndex = migrationOf(
  '29990101000001_index',
  `-- For the next version; it reads by this.\nCREATE INDEX CONCURRENTLY IF NOT EXISTS "${INDEX}" ON "Message" (id, text);\n`,
);

const withAlso = async (...more: Migration[]) => [...(await readMigrations()), ...more];

async function send(times: number): Promise<void> {
  const { id: conversationId } = await makeConversation(workspace, {});
  for (let sent = 0; sent < times; sent += 1)
    await succeed(workspace, SendMessageDocument, { conversationId, text: 'Hi' });
}

const indexes = () =>
  scratch.rows<{ valid: boolean }>(
    `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass('"${INDEX}"')`,
  );

const waitingForLocks = async () =>
  (
    await scratch.rows<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity
       WHERE application_name = 'parley-migrate' AND wait_event_type = 'Lock' AND datname = current_database()`,
    )
  )[0]?.count ?? 0;

describe('a migration that waits for a lock', () => {
  it('gives it up, says who holds it, and is applied once it is free, while requests are answered', async () => {
    const said: string[] = [];
    await withSql(scratch.url, async (dump) => {
      await dump.query("SET application_name = 'pg_dump'");
      await dump.query('BEGIN; LOCK TABLE "Message" IN ACCESS SHARE MODE');
      const migrations = await withAlso(addsColumn);
      const migrating = migrate(scratch.url, { migrations, onWait: (message) => said.push(message) });
      migrating.catch(() => undefined);
      const waits =
        /^Migration 29990101000000_column waits for a lock held by process \d+ \(pg_dump, role \w+, idle in transaction, in a transaction for \d+ s\); it is tried again in \d+ s$/;
      await eventually(() => said.some((line) => waits.test(line)), 'that it gives up, and says who holds the lock');
      // The lock is still held.
      await send(10);
      await dump.query('COMMIT');
      expect(await migrating).toEqual([addsColumn.name]);
    });
    await send(1);
    expect(await migrate(scratch.url, { migrations: await withAlso(addsColumn) })).toEqual([]);
  });
});

describe('a migration that builds an index', () => {
  it('lets others write, waits for transactions from before, and needs no transaction of its own', async () => {
    const migrations = await withAlso(addsColumn, addsIndex);
    await withSql(scratch.url, async (other) => {
      await other.query('BEGIN; LOCK TABLE "Message" IN ROW EXCLUSIVE MODE');
      const migrating = migrate(scratch.url, { migrations });
      migrating.catch(() => undefined);
      await eventually(async () => (await waitingForLocks()) > 0, 'that it waits for the transaction');
      await send(10);
      await other.query('COMMIT');
      expect(await migrating).toEqual([addsIndex.name]);
    });
    expect(await indexes()).toEqual([{ valid: true }]);
  });

  const forget = () => scratch.rows(`DELETE FROM _prisma_migrations WHERE migration_name = '${addsIndex.name}'`);

  it('takes over an index that was completed, but not recorded', async () => {
    await forget();
    expect(await migrate(scratch.url, { migrations: await withAlso(addsColumn, addsIndex) })).toEqual([addsIndex.name]);
    expect(await indexes()).toEqual([{ valid: true }]);
  });

  it('begins anew where it was interrupted, and is applied once by several processes', async () => {
    await forget();
    await scratch.rows(`DROP INDEX "${INDEX}"`);
    await withSql(scratch.url, async (other) => {
      await other.query('BEGIN; LOCK TABLE "Message" IN ROW EXCLUSIVE MODE');
      await withSql(scratch.url, async (interrupted) => {
        await interrupted.query("SET lock_timeout = '200ms'");
        await expect(interrupted.query(addsIndex.sql)).rejects.toThrow('lock timeout');
      });
      await other.query('COMMIT');
    });
    expect(await indexes()).toEqual([{ valid: false }]);
    const migrations = await withAlso(addsColumn, addsIndex);
    const applied = await Promise.all([1, 2, 3].map(() => migrate(scratch.url, { migrations })));
    expect(applied.flat()).toEqual([addsIndex.name]);
    expect(await indexes()).toEqual([{ valid: true }]);
  });
});
