// npm run schema:print             writes the generated files in schema/ from the code and schema/operations
// npm run schema:print -- --check  only compares them, and exits with 1 when they differ
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { isAbstractType, printSchema } from 'graphql';
import { schema } from '../src/graphql/schema.js';
import { printTrustedDocuments } from './print/trusted-documents.js';

/** The types of each interface and union, as caches of clients need them to match fragments. */
const possibleTypes = Object.fromEntries(
  Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]),
);

const files: [file: string, text: string][] = [
  ['schema/schema.graphql', `${printSchema(schema)}\n`],
  ['schema/possible-types.json', `${JSON.stringify(possibleTypes, null, 2)}\n`],
  ['schema/trusted-documents.json', await printTrustedDocuments(schema)],
];

const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values;
mkdirSync('schema', { recursive: true });
for (const [file, text] of files) {
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`${file} is not what the code says: npm run schema:print\n`);
    process.exitCode = 1;
  }
}
