// npm run generate: typed documents for the operations that the tests and GraphiQL share.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildSchema, parse } from 'graphql';

const SCHEMA = 'schema/schema.graphql';
const OPERATIONS = 'schema/operations';
const OUTPUT = 'test/generated/operations.ts';

const source = readFileSync(SCHEMA, 'utf8');
const documents = readdirSync(OPERATIONS)
  .filter((name) => name.endsWith('.graphql'))
  .sort()
  .map((name) => ({ location: name, document: parse(readFileSync(join(OPERATIONS, name), 'utf8')) }));

const output = await codegen({
  filename: OUTPUT,
  schema: parse(source),
  schemaAst: buildSchema(source),
  documents,
  config: {
    scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', JSONObject: 'Record<string, unknown>' },
    strictScalars: true,
    useTypeImports: true,
  },
  pluginMap: { typescriptOperations, typedDocumentNode },
  plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
});

mkdirSync(dirname(OUTPUT), { recursive: true });
writeFileSync(OUTPUT, output);
