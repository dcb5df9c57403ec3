import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.js';
import { StartError } from '../../src/lib/program.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { runToEnd, startServer, TIMEOUT } from './support/program.js';

const database = useScratchDatabase({ empty: true });
const migrations = path.resolve(import.meta.dirname, '../../prisma/migrations');

it('of several processes that migrate concurrently, one applies each migration and records it as Prisma does', async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url)));
  const names = applied.flat();
  expect(new Set(names).size).toBe(names.length);
  const records = await database.rows<{ migration_name: string; checksum: string; done: boolean }>(
    `SELECT migration_name, checksum, finished_at >= started_at AND applied_steps_count = 1 AS done
     FROM _prisma_migrations ORDER BY started_at`,
  );
  expect(records.map(({ migration_name }) => migration_name)).toEqual(names.sort());
  for (const { migration_name, checksum, done } of records) {
    const file = await readFile(path.join(migrations, migration_name, 'migration.sql'));
    expect({ checksum, done }).toEqual({ checksum: createHash('sha256').update(file).digest('hex'), done: true });
  }
});

it('a migration that failed or was changed after it was applied is refused by name', async () => {
  const [first] = await migrationNames();
  await database.rows(`UPDATE _prisma_migrations SET checksum = 'other' WHERE migration_name = '${first}'`);
  await expect(migrate(database.url)).rejects.toThrow(`Migration ${first} was changed after it was applied`);
  await database.rows(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${first}'`);
  await expect(migrate(database.url)).rejects.toThrow(`Migration ${first} failed on this database`);
});

it('a migration that fails leaves nothing behind', async () => {
  const [first] = await migrationNames();
  await database.rows('DROP TABLE _prisma_migrations');
  // Its first statements succeed, a later one meets a table that is there.
  await database.rows('DROP TYPE "UserRole" CASCADE');
  await expect(migrate(database.url)).rejects.toThrow(
    new StartError(`Migration ${first} failed and was rolled back: type "ApiKeyScope" already exists`),
  );
  expect(await database.rows("SELECT FROM pg_type WHERE typname = 'UserRole'")).toEqual([]);
  expect(await database.rows('SELECT * FROM _prisma_migrations')).toEqual([]);
});

describe('with MIGRATE=off', () => {
  const scratch = useScratchDatabase({ empty: true });
  const env = { DATABASE_URL: scratch.url, MIGRATE: 'off' };

  it('a server neither migrates nor starts before the command migrate has run', TIMEOUT, async () => {
    const refused = await runToEnd({ env });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /^Migrations are missing \(\d+_init, \d+_search, \d+_administration, \d+ more\), and MIGRATE is off: run the command migrate of this version first\n$/,
    );
    expect(await scratch.rows("SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    const migrated = await runToEnd({ env, command: ['node', 'dist/cli/migrate.js'] });
    expect(migrated).toMatchObject({ code: 0, stderr: '' });
    const server = await startServer({ env });
    expect((await fetch(new URL('/readyz', server.url))).status).toBe(200);
    expect((await server.stop()).code).toBe(0);
  });
});

async function migrationNames(): Promise<string[]> {
  const records = await database.rows<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations ORDER BY migration_name',
  );
  return records.map(({ migration_name }) => migration_name);
}
