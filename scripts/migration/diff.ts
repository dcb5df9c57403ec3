import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { startSchemaEngine } from './schema-engine.js';
import { openShadowDatabase } from './shadow-database.js';

const readMigrations = (directory: string): MigrationList => {
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return {
    baseDir: resolve(directory),
    lockfile: {
      path: 'migration_lock.toml',
      content: readFileSync(join(directory, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(directory, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
};

/**
 * The SQL that leads from the migrations in `directory` to the Prisma schema in `schemaFile`; null when nothing differs.
 * Throws when a migration fails on an empty database or the schema is not valid.
 */
export const diffMigrations = async (directory: string, schemaFile: string): Promise<string | null> => {
  const files = [{ path: schemaFile, content: readFileSync(schemaFile, 'utf8') }];
  const shadow = await openShadowDatabase();
  try {
    const engine = await startSchemaEngine(
      shadow.factory,
      files.map(({ path, content }) => [path, content]),
    );
    const { stdout, exitCode } = await engine.diff({
      from: { tag: 'migrations', ...readMigrations(directory) },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return exitCode === 2 ? stdout : null;
  } finally {
    await shadow.close();
  }
};
