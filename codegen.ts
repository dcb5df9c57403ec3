// npm run generate: typed operations, as documents for the tests and GraphiQL, and as strings for the client; and what
// the manual's recipes generate.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildSchema, parse } from 'graphql';
import { graphqlEnv } from './docs/recipes/gql-tada-types.js';

const SCHEMA = 'schema/schema.graphql';

const source = readFileSync(SCHEMA, 'utf8');

async function generate(folder: string, filename: string, config: Record<string, unknown> = {}): Promise<void> {
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => ({ location: name, document: parse(readFileSync(join(folder, name), 'utf8')) }));
  const output = await codegen({
    filename,
    schema: parse(source),
    schemaAst: buildSchema(source),
    documents,
    config: {
      scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', JSONObject: 'Record<string, unknown>' },
      strictScalars: true,
      useTypeImports: true,
      ...config,
    },
    pluginMap: { typescriptOperations, typedDocumentNode },
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
  });
  mkdirSync(dirname(filename), { recursive: true });
  writeFileSync(filename, output);
}

await generate('schema/operations', 'test/generated/operations.ts');
// Strings spare the client the package graphql.
await generate('client/operations', 'client/src/generated/operations.ts', { documentMode: 'string' });

mkdirSync('docs/recipes/generated', { recursive: true });
writeFileSync('docs/recipes/generated/graphql-env.d.ts', graphqlEnv(source));
