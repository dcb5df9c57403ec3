import { existsSync, readdirSync } from 'node:fs';
import { type DocumentNode, parse, validate } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { sourceNames } from '../../src/domain/imports/source.js';
import { schema } from '../../src/graphql/schema.js';
import { type OperationTexts, readOperations } from '../../src/lib/shared-operations.js';
import { read } from './support/markdown.js';
import { isSelected, selectedBy, stepsOf } from './support/schema-paths.js';
import { codesIn, sectionsOf } from './support/tables.js';

const DIRECTORY = 'docs/migrating';
const PATH = /^[A-Z]\w*(\.\w+(\(\w+:\))?)*$/;

/** Each system's page in docs/migrating, and the name its files in test/systems begin with. */
const systems = [
  ['csml', 'csml-engine'],
  ['linktor', 'linktor'],
  ['trackbot', 'trackbot'],
  ['trata', 'trata'],
  ['ultracart', 'ultracart'],
] as const;

const isDocument = (name: string) => existsSync(`schema/operations/${name}.graphql`);

const tablesOf = (system: string, heading: string) =>
  [...sectionsOf(`${DIRECTORY}/${system}.md`).values()].flat().filter((table) => table.heading === heading);

/** The operations of the system's own conversations API, each with its document. */
const operationsOf = (system: string) => tablesOf(system, 'Operation')[0]?.rows ?? [];

/** Every document that a page names, anywhere in its tables of operations. */
const documentsOf = (system: string) =>
  tablesOf(system, 'Operation').flatMap(({ rows }) =>
    rows.flatMap(([, document, notes]) => [...codesIn(document), ...codesIn(notes).filter((code) => isDocument(code))]),
  );

const testFiles = readdirSync('test/systems').filter((name) => name.endsWith('.test.ts'));

/** The text of a system's test files, such as `linktor-create-and-read` and `linktor-update-and-assign`, in this order. */
function testsOf(system: string): string {
  const files = testFiles.filter((name) => new RegExp(`^${system}[.-]`).test(name));
  return files
    .toSorted()
    .map((file) => read(`test/systems/${file}`))
    .join('\n');
}

/** The text of a system's test files, followed by that of the support files they import. */
function testOf(system: string): string {
  const text = testsOf(system);
  const support = [...text.matchAll(/from '\.\/support\/([\w-]+)\.js'/g)].map(([, name]) => name);
  return [text, ...support.map((name) => read(`test/systems/support/${name}.ts`))].join('\n');
}

const everyTest = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('generated'))
  .map((file) => read(`test/${file}`))
  .join('\n');

let textOf: OperationTexts;
beforeAll(async () => {
  textOf = await readOperations();
});
const parsed = (name: string): DocumentNode => parse(textOf(name));

describe('docs/migrating', () => {
  it('has one page for each system that has a test file, and no other pages but the README and those of importing', () => {
    const pages = readdirSync(DIRECTORY);
    const others = ['README.md', 'importing.md', ...sourceNames.map((source) => `${source}.md`)];
    expect(pages.toSorted()).toEqual([...systems.map(([system]) => `${system}.md`), ...others].toSorted());
    const tested = testFiles.map((name) => systems.find(([, system]) => new RegExp(`^${system}[.-]`).test(name))?.[0]);
    expect(new Set(tested)).toEqual(new Set(systems.map(([system]) => system)));
  });

  it.each(systems)('%s.md has tables of operations and of fields only', (system) => {
    const headings = [...sectionsOf(`${DIRECTORY}/${system}.md`).values()].flat().map(({ heading }) => heading);
    expect(new Set(headings)).toEqual(new Set(['Operation', 'Field']));
  });

  it('names only fields and types that the schema has as what it unifies', () => {
    const tables = sectionsOf(`${DIRECTORY}/README.md`).get('What it unifies') ?? [];
    const named = tables.flatMap(({ rows }) => rows.flat().flatMap(codesIn));
    const words = new Set(read('schema/schema.graphql').match(/\w+/g));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !words.has(name))).toEqual([]);
  });

  it.each(systems)('%s.md lists the operations that its tests are named after, in the same order', (system, file) => {
    const tested = [...testsOf(file).matchAll(/^describe\('([^']+)'/gm)].map(([, name]) => name);
    const documented = operationsOf(system).flatMap(([operation]) => codesIn(operation));
    expect(documented.length).toBeGreaterThanOrEqual(3);
    expect(tested.slice(0, documented.length)).toEqual(documented);
  });

  it.each(systems)('%s.md names one document for every operation of the API, and the tests run it', (system, file) => {
    const text = testOf(file);
    for (const [operation, document] of operationsOf(system)) {
      const names = codesIn(document);
      expect(names, operation).toHaveLength(1);
      for (const name of names) expect(text, operation).toMatch(new RegExp(`\\b${name}Document\\b`));
    }
  });

  it.each(systems)('%s.md names only documents that exist, are valid, and are run by a test', (system) => {
    for (const name of documentsOf(system)) {
      expect(isDocument(name), name).toBe(true);
      expect(validate(schema, parsed(name)), name).toEqual([]);
      expect(everyTest, name).toMatch(new RegExp(`\\b${name}Document\\b`));
    }
  });

  it.each(systems)('%s.md says for each field what it became, or why it has no counterpart', (system) => {
    for (const [field, here, notes] of tablesOf(system, 'Field').flatMap(({ rows }) => rows)) {
      const paths = codesIn(here);
      expect(paths.length > 0 || (here === '–' && notes !== ''), field).toBe(true);
    }
  });

  it.each(systems)('%s.md names only fields that the schema has and its documents select', (system) => {
    const selected = selectedBy(schema, documentsOf(system).map(parsed));
    const paths = tablesOf(system, 'Field')
      .flatMap(({ rows }) => rows.flatMap(([, ...cells]) => cells.flatMap(codesIn)))
      .filter((code) => PATH.test(code) && (code.includes('.') || stepsOf(schema, code)));
    expect(paths.length).toBeGreaterThan(10);
    for (const path of paths) {
      const steps = stepsOf(schema, path);
      expect(steps, path).not.toBeNull();
      expect(
        steps?.every((step) => isSelected(selected, step)),
        path,
      ).toBe(true);
    }
  });
});
