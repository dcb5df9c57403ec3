// npm run generate: typed operations, as documents for the tests, and as strings for the client; and what
// the manual's recipes generate.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
await generate('examples/inbox/operations', 'examples/inbox/generated/operations.ts', { documentMode: 'string' });

mkdirSync('docs/recipes/generated', { recursive: true });
writeFileSync('docs/recipes/generated/graphql-env.d.ts', graphqlEnv(source));

// The compiler finds its configuration, and the folder that it names, from where it runs, and does not make the folder.
mkdirSync('docs/recipes/relay/generated', { recursive: true });
const relayCompiler = fileURLToPath(import.meta.resolve('relay-compiler/cli.js'));
execFileSync(process.execPath, [relayCompiler, '--output', 'quiet-with-errors'], {
  cwd: 'docs/recipes/relay',
  stdio: 'inherit',
});
