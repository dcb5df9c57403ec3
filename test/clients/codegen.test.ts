import { readdirSync } from 'node:fs';
import path from 'node:path';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import recipe from '../../docs/recipes/codegen.js';
import { read } from '../conformance/support/markdown.js';

/** Generates what the recipe's configuration generates, as the command of GraphQL Code Generator does. */
async function generate(): Promise<Map<string, string>> {
  const source = read(recipe.schema);
  const documents = readdirSync('schema/operations').map((name) => {
    const location = path.join('schema/operations', name);
    const rawSDL = read(location);
    return { location, rawSDL, document: parse(rawSDL) };
  });
  const [[baseOutputDir = ''] = []] = Object.entries(recipe.generates);
  const files = await preset.buildGeneratesSection({
    baseOutputDir,
    schema: parse(source),
    schemaAst: buildSchema(source),
    documents,
    config: recipe.config,
    presetConfig: {},
    plugins: [],
    pluginMap: {},
  });
  const outputs = files.map(async (file) => [path.basename(file.filename), await codegen(file)] as const);
  return new Map(await Promise.all(outputs));
}

it('GraphQL Code Generator gives every value of the API a type with the configuration of the manual', async () => {
  const files = await generate();
  const types = (files.get('graphql.ts') ?? '').replaceAll(/\/\*\*.*?\*\//gs, '');
  expect(files.get('gql.ts')).toContain('query Inbox(');
  expect(types).toMatch(/occurredAt: string/);
  expect(types).toMatch(/metadata\?: Record<string, unknown>/);
  expect(types.match(/.*\bany\b.*/g)).toBeNull();
});
