import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../lib/package-root.js';
import { concurrentIndexOf, statementsOf } from './statements.js';

export type Migration = {
  name: string;
  sql: string;
  /** SHA-256 of the file in hexadecimal, as Prisma computes it. */
  checksum: string;
  /** The index that it builds or drops outside of a transaction, beside the writes of others; undefined for all others. */
  index: string | undefined;
};

/** Reads every prisma/migrations/<name>/migration.sql of this package, in the order in which they are applied. */
export async function readMigrations(): Promise<Migration[]> {
  const directory = path.join(await packageRoot(), 'prisma/migrations');
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const file = await readFile(path.join(directory, name, 'migration.sql'));
      return migrationOf(name, file.toString());
    }),
  );
}

/** A migration of a single statement about an index CONCURRENTLY runs outside of a transaction, as PostgreSQL demands. */
export function migrationOf(name: string, sql: string): Migration {
  const [statement = '', ...others] = statementsOf(sql);
  const index = others.length === 0 ? concurrentIndexOf(statement) : undefined;
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex'), index };
}
