import { existsSync, readdirSync } from 'node:fs';
import { type DocumentNode, parse, validate } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { type OperationTexts, readOperations } from '../../src/graphql/core/operations.js';
import { schema } from '../../src/graphql/schema.js';
import { read } from './support/markdown.js';
import { isSelected, selectedBy, stepsOf } from './support/schema-paths.js';
import { codesIn, sectionsOf } from './support/tables.js';

const PAGE = 'docs/coming-from.md';
const PATH = /^[A-Z]\w*(\.\w+(\(\w+:\))?)*$/;

/** How each system's section is called, and its file of tests. */
const systems = [
  ['Trata', 'trata'],
  ['Trackbot', 'trackbot'],
  ['CSML engine', 'csml-engine'],
  ['UltraCart', 'ultracart'],
  ['Linktor', 'linktor'],
] as const;

const sections = sectionsOf(PAGE);
const isDocument = (name: string) => existsSync(`schema/operations/${name}.graphql`);

const tablesOf = (system: string, heading: string) =>
  (sections.get(system) ?? []).filter((table) => table.heading === heading);

/** The operations of the system's own page, each with its document. */
const operationsOf = (system: string) => tablesOf(system, 'Operation')[0]?.rows ?? [];

/** All documents that a section names, wherever in its tables of operations. */
const documentsOf = (system: string) =>
  tablesOf(system, 'Operation').flatMap(({ rows }) =>
    rows.flatMap(([, document, differences]) => [
      ...codesIn(document),
      ...codesIn(differences).filter((code) => isDocument(code)),
    ]),
  );

/** The text of a file of tests, and of what it imports from the folder's own support. */
function testOf(file: string): string {
  const text = read(`test/systems/${file}.test.ts`);
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

describe('docs/coming-from.md', () => {
  it('has a section for each system that test/systems has a file of, and no other with tables', () => {
    const withTables = [...sections].filter(([, tables]) => tables.length > 0).map(([title]) => title);
    expect(withTables).toEqual(systems.map(([system]) => system));
    const files = readdirSync('test/systems').filter((name) => name.endsWith('.test.ts'));
    expect(files.toSorted()).toEqual(systems.map(([, file]) => `${file}.test.ts`).toSorted());
  });

  it.each(systems)('of %s has the operations that its tests are named by, in their order', (system, file) => {
    const tested = [...read(`test/systems/${file}.test.ts`).matchAll(/^describe\('([^']+)'/gm)].map(([, name]) => name);
    const documented = operationsOf(system).flatMap(([operation]) => codesIn(operation));
    expect(documented.length).toBeGreaterThanOrEqual(3);
    expect(tested.slice(0, documented.length)).toEqual(documented);
  });

  it.each(systems)('of %s has a document for every operation of its page, which its tests run', (system, file) => {
    const text = testOf(file);
    for (const [operation, document] of operationsOf(system)) {
      const names = codesIn(document);
      expect(names, operation).toHaveLength(1);
      for (const name of names) expect(text, operation).toContain(`operations.${name}Document`);
    }
  });

  it.each(systems)('of %s names documents only that are there, are valid, and are run by tests', (system) => {
    for (const name of documentsOf(system)) {
      expect(isDocument(name), name).toBe(true);
      expect(validate(schema, parsed(name)), name).toEqual([]);
      expect(everyTest, name).toContain(`operations.${name}Document`);
    }
  });

  it.each(systems)('of %s says where each field went, or why it has no place', (system) => {
    for (const [there, here, differences] of tablesOf(system, 'There').flatMap(({ rows }) => rows)) {
      const paths = codesIn(here);
      expect(paths.length > 0 || (here === '–' && differences !== ''), there).toBe(true);
    }
  });

  it.each(systems)('of %s names fields only that the schema has and that its documents select', (system) => {
    const selected = selectedBy(schema, documentsOf(system).map(parsed));
    const paths = tablesOf(system, 'There')
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
