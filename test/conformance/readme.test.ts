import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { getVariableValues, Kind, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.js';
import {
  anchorsOf,
  blocksOf,
  codeOf,
  type Example,
  examplesOf,
  linksOf,
  pages,
  prose,
  read,
} from './support/markdown.js';

/** What is wrong on any page, each with the page's name. */
const faults = (find: (page: string) => string[]) => pages.flatMap((page) => find(page).map((fault) => [page, fault]));

test('the pages are those that people are led to', () => {
  const expected = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/architecture.md'];
  expect(pages).toEqual(expect.arrayContaining(expected));
});

/** Why the server would refuse an operation, and the variables that the page has for it. */
function refusalsOf({ operation, variables }: Example): readonly { message: string }[] {
  const document = parse(operation);
  const errors = validate(schema, document);
  if (variables === null) return errors;
  const declared = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [...(node.variableDefinitions ?? [])] : [],
  );
  const names = declared.map(({ variable }) => variable.name.value);
  const unknown = Object.keys(variables).filter((name) => !names.includes(name));
  return [
    ...errors,
    ...(getVariableValues(schema, declared, variables).errors ?? []),
    ...unknown.map((name) => ({ message: `The operation has no variable $${name}.` })),
  ];
}

test('every operation of a page is valid, and so are its variables', () => {
  expect(examplesOf('README.md').length).toBeGreaterThan(5);
  expect(
    faults((page) =>
      examplesOf(page)
        .flatMap(refusalsOf)
        .map(({ message }) => message),
    ),
  ).toEqual([]);
});

test('no operation, variables or answer of a page stands by itself', () => {
  for (const page of pages) {
    const examples = examplesOf(page);
    expect(blocksOf(page, 'graphql'), page).toBe(examples.length);
    expect(blocksOf(page, 'json variables'), page).toBe(examples.filter(({ variables }) => variables !== null).length);
    expect(blocksOf(page, 'json answer'), page).toBe(examples.filter(({ answer }) => answer !== null).length);
  }
});

test('every link within the repository leads somewhere', () => {
  const broken = faults((page) =>
    linksOf(page)
      .filter(({ file, anchor }) => !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor)))
      .map(({ target }) => target),
  );
  expect(pages.flatMap(linksOf).length).toBeGreaterThan(10);
  expect(broken).toEqual([]);
});

test('every file that a page names is there', () => {
  const isFile = (code: string) => /^(src|test|prisma|schema|scripts|docs)\/[\w./-]*$/.test(code);
  expect(codeOf('docs/architecture.md').filter(isFile).length).toBeGreaterThan(20);
  expect(faults((page) => codeOf(page).filter((code) => isFile(code) && !existsSync(path.normalize(code))))).toEqual(
    [],
  );
});

test('the page on the architecture has every folder of src, and every decision under a number of its own', () => {
  const folders = readdirSync('src', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'generated')
    .map(({ name }) => `src/${name}/`);
  const named = codeOf('docs/architecture.md');
  expect(folders.filter((folder) => !named.includes(folder))).toEqual([]);
  const decisions = readdirSync('docs/decisions').map((file) => `docs/decisions/${file}`);
  const linked = linksOf('docs/architecture.md').map(({ file }) => file);
  expect(decisions.filter((decision) => !linked.includes(decision))).toEqual([]);
  const numbers = decisions.map((decision) => path.basename(decision).slice(0, 4));
  expect(numbers).toEqual([...new Set(numbers)]);
});

test('every npm script that a page names is there', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const namedOn = (page: string) => [...read(page).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = '']) => name);
  expect(namedOn('README.md')).toContain('workspace');
  expect(faults((page) => namedOn(page).filter((name) => !Object.hasOwn(scripts, name)))).toEqual([]);
});

/** The README from one of its headings to the next. */
function section(heading: string): string {
  const parts = prose('README.md').split(/^## /m);
  return parts.find((part) => part.startsWith(`${heading}\n`)) ?? '';
}

test('the README’s table of configuration has every variable, and no other', () => {
  const documented = [...section('Configuration').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  const [, declaration = ''] = read('src/config.ts').split(/^const environment = /m);
  const declared = [...declaration.matchAll(/^ {2}([A-Z][A-Z0-9_]*): /gm)].map(([, name]) => name);
  expect(declared).toContain('DATABASE_URL');
  expect(documented.toSorted()).toEqual(declared.toSorted());
});

test('what the README says is there is in the schema', () => {
  const named = [...section('What it unifies').matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
  const words = new Set(read('schema/schema.graphql').match(/\w+/g));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((name) => !words.has(name))).toEqual([]);
});
