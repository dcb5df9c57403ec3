import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type addTypenameSelectionDocumentTransform, preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildSchema, parse } from 'graphql';
import type base from '../../../docs/recipes/codegen.js';
import { read } from '../../conformance/support/markdown.js';

type Output = {
  preset: string;
  presetConfig?: { persistedDocuments: boolean };
  documentTransforms?: (typeof addTypenameSelectionDocumentTransform)[];
};

type Recipe = Omit<typeof base, 'generates'> & { generates: Record<string, Output> };

/** Generates the files of a recipe's configuration, as the command of GraphQL Code Generator does. */
export async function generate(recipe: Recipe): Promise<Map<string, string>> {
  const source = read(recipe.schema);
  const documents = readdirSync('schema/operations').map((name) => {
    const location = path.join('schema/operations', name);
    const rawSDL = read(location);
    return { location, rawSDL, document: parse(rawSDL) };
  });
  const [[baseOutputDir, output] = ['', { preset: 'client' }]] = Object.entries<Output>(recipe.generates);
  const { presetConfig = {}, documentTransforms = [] } = output;
  const files = await preset.buildGeneratesSection({
    baseOutputDir,
    schema: parse(source),
    schemaAst: buildSchema(source),
    documents,
    documentTransforms: documentTransforms.map((transformObject) => ({ name: 'recipe', transformObject })),
    config: recipe.config,
    presetConfig,
    plugins: [],
    pluginMap: {},
  });
  const outputs = files.map(async (file) => [path.basename(file.filename), await codegen(file)] as const);
  return new Map(await Promise.all(outputs));
}
