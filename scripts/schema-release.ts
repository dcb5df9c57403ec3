// npm run schema:release             makes the code's schema the released one; refuses what breaks clients of the last
// npm run schema:release -- --major  also then, for a new major version
// npm run schema:release -- --check  only compares them, and exits with 1 when something breaks
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { printSchema } from 'graphql';
import { schema } from '../src/graphql/schema.js';
import { schemaChanges } from './schema/changes.js';

const FILE = 'schema/released.graphql';

const { check, major } = parseArgs({ options: { check: { type: 'boolean' }, major: { type: 'boolean' } } }).values;
const { breaking, dangerous } = schemaChanges(readFileSync(FILE, 'utf8'), schema);
for (const change of dangerous) process.stdout.write(`May surprise clients of the release: ${change}\n`);
for (const change of breaking) process.stdout.write(`Breaks clients of the release: ${change}\n`);

if (breaking.length > 0 && (check || !major)) {
  process.stderr.write('Bring it back, or release a new major version: npm run schema:release -- --major\n');
  process.exitCode = 1;
} else if (!check) {
  writeFileSync(FILE, `${printSchema(schema)}\n`);
  process.stdout.write(`Wrote ${FILE}\n`);
}
