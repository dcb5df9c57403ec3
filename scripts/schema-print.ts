// npm run schema:print             writes schema/schema.graphql from the code
// npm run schema:print -- --check  only compares them, and exits with 1 when they differ
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { printSchema } from 'graphql';
import { schema } from '../src/graphql/schema.js';

const FILE = 'schema/schema.graphql';

const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values;
const printed = `${printSchema(schema)}\n`;

if (!check) {
  mkdirSync(dirname(FILE), { recursive: true });
  writeFileSync(FILE, printed);
} else if (readFileSync(FILE, 'utf8') !== printed) {
  process.stderr.write(`${FILE} is not what the code says: npm run schema:print\n`);
  process.exitCode = 1;
}
