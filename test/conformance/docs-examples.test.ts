import { readdirSync } from 'node:fs';
import { getVariableValues, parse, validate, visit } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.js';
import { useParley } from '../support/fixtures.js';
import { blocksOf, type Example, examplesOf, manual, pages, read } from './support/markdown.js';
import { isComplete, operationOf, runExamples } from './support/run-examples.js';

/** The pages of the manual continue this one: they use what its examples have made. */
const BEGINNING = 'docs/getting-started.md';

const parley = useParley();

/** Why the server would refuse an example. */
function refusalsOf(example: Example): string[] {
  const errors = validate(schema, parse(example.operation)).map(({ message }) => message);
  if (example.variables === null) return errors;
  const declared = operationOf(example).variableDefinitions ?? [];
  const names = declared.map(({ variable }) => variable.name.value);
  const unknown = Object.keys(example.variables).filter((name) => !names.includes(name));
  return [
    ...errors,
    ...(getVariableValues(schema, declared, example.variables).errors ?? []).map(({ message }) => message),
    ...unknown.map((name) => `The operation has no variable $${name}.`),
  ];
}

/** Where a document gives the field `message` another name. */
function aliasesOf(document: string): string[] {
  const aliases: string[] = [];
  visit(parse(document), {
    Field: ({ alias, name }) => {
      if (alias && name.value === 'message') aliases.push(`${alias.value}: ${name.value}`);
    },
  });
  return aliases;
}

it('no document needs an alias for the message of an error, which stores by field name could not tell apart', () => {
  const shared = readdirSync('schema/operations').map((file) => read(`schema/operations/${file}`));
  const documents = [...shared, ...pages.flatMap((page) => examplesOf(page).map(({ operation }) => operation))];
  expect(documents.length).toBeGreaterThan(90);
  expect(documents.flatMap(aliasesOf)).toEqual([]);
});

describe('the examples of the documentation', () => {
  it.each(pages)('%s has valid operations and variables only', (page) => {
    expect(examplesOf(page).flatMap(refusalsOf)).toEqual([]);
  });

  it.each(pages)('%s has no variables and answers away from their operation', (page) => {
    const examples = examplesOf(page);
    expect(blocksOf(page, 'graphql')).toBe(examples.length);
    expect(blocksOf(page, 'json variables')).toBe(examples.filter(({ variables }) => variables !== null).length);
    expect(blocksOf(page, 'json answer')).toBe(examples.filter(({ answer }) => answer !== null).length);
  });

  it.each(manual.filter((page) => examplesOf(page).some(isComplete)))('%s gives the answers it shows', async (page) => {
    const workspace = await parley.newWorkspace();
    const here = new Map<string, string>();
    if (page !== 'README.md' && page !== BEGINNING) await runExamples(BEGINNING, workspace, parley.url, here);
    await runExamples(page, workspace, parley.url, here);
  });

  it.each([
    ['README.md', 3],
    [BEGINNING, 5],
    ['docs/api-conventions.md', 3],
    ['docs/authentication.md', 1],
    ['docs/uploads.md', 2],
  ])('%s has at least %i that are run', (page, count) => {
    expect(examplesOf(page).filter(isComplete).length).toBeGreaterThanOrEqual(count);
  });
});
