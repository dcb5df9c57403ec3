// npm run migration -- NAME   writes the SQL of what changed in prisma/schema.prisma as a new migration
// npm run migration           prints that SQL and exits with 2 when there is any
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diffMigrations } from './migration/diff.js';

const DIRECTORY = 'prisma/migrations';

const write = (name: string, sql: string): string => {
  const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const directory = join(DIRECTORY, `${timestamp}_${name.toLowerCase().replace(/\W+/g, '_')}`);
  mkdirSync(directory);
  const file = join(directory, 'migration.sql');
  writeFileSync(file, sql);
  return file;
};

const [name] = parseArgs({ allowPositionals: true }).positionals;
const sql = await diffMigrations(DIRECTORY, 'prisma/schema.prisma');

if (sql === null) {
  process.stdout.write('The migrations match prisma/schema.prisma.\n');
} else if (name) {
  process.stdout.write(`Wrote ${write(name, sql)}\n`);
} else {
  process.stdout.write(`${sql}\nprisma/schema.prisma has changes without a migration: npm run migration -- NAME\n`);
  process.exitCode = 2;
}
