import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { type GraphQLSchema, parse, printSchema } from 'graphql';

const OPERATIONS = 'schema/operations';

/** The manifest of the operations in schema/operations, as GraphQL Code Generator's preset for clients prints it. */
export async function printTrustedDocuments(schema: GraphQLSchema): Promise<string> {
  const documents = readdirSync(OPERATIONS)
    .toSorted()
    .map((name) => {
      const location = path.join(OPERATIONS, name);
      const rawSDL = readFileSync(location, 'utf8');
      return { location, rawSDL, document: parse(rawSDL) };
    });
  const files = await preset.buildGeneratesSection({
    baseOutputDir: 'generated/',
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents,
    config: { scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', JSONObject: 'unknown' } },
    presetConfig: { persistedDocuments: true },
    plugins: [],
    pluginMap: {},
  });
  const outputs = await Promise.all(
    files.map(async (file) => ({ name: path.basename(file.filename), text: await codegen(file) })),
  );
  const manifest = outputs.find(({ name }) => name === 'persisted-documents.json');
  if (!manifest) throw new Error('The preset has printed no manifest.');
  return `${manifest.text}\n`;
}
