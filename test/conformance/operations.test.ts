import { readdirSync } from 'node:fs';
import { type ASTNode, type DocumentNode, Kind, parse, print, type SelectionSetNode, visit } from 'graphql';
import { expect, it } from 'vitest';
import { examplesOf, manual, read } from './support/markdown.js';

const DIRECTORY = 'schema/operations';

/** The documents that people start from: the shared ones, and those in the manual. */
const documents = [
  ...readdirSync(DIRECTORY).map((name) => ({ file: `${DIRECTORY}/${name}`, text: read(`${DIRECTORY}/${name}`) })),
  ...manual.flatMap((file) => examplesOf(file).map(({ operation }) => ({ file, text: operation }))),
].map(({ file, text }) => ({ file, document: parse(text) }));

/** Whether a field is passed a cursor in a variable, as for the next page. */
const takesCursor = (node: ASTNode) =>
  node.kind === Kind.FIELD &&
  node.arguments?.some(({ name, value }) => /^(after|before)$/.test(name.value) && value.kind === Kind.VARIABLE);

const fieldsOf = ({ selections }: SelectionSetNode) =>
  selections.map((selection) => (selection.kind === Kind.FIELD ? selection.name.value : ''));

/** The fields of each page that a document selects: it has `pageInfo`, or `nodes` after a cursor that is passed. */
function pagesOf(document: DocumentNode): string[][] {
  const pages: string[][] = [];
  visit(document, {
    enter: (node) => {
      if (!('selectionSet' in node) || !node.selectionSet) return;
      const fields = fieldsOf(node.selectionSet);
      // Pages of changes are applied, not kept.
      if (fields.includes('endCursor') && fields.includes('nodes')) return;
      if (fields.includes('pageInfo') || (takesCursor(node) && fields.includes('nodes'))) pages.push(fields);
    },
  });
  return pages;
}

it('every operation that pages selects edges, which caches can add to each other', () => {
  const pages = documents.flatMap(({ file, document }) => pagesOf(document).map((fields) => ({ file, fields })));
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.filter(({ fields }) => !fields.includes('edges') || fields.includes('nodes'))).toEqual([]);
});

it("an operation's name stands for one document", () => {
  const operations = documents.flatMap(({ file, document }) =>
    document.definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION && node.name ? [{ file, name: node.name.value, text: print(node) }] : [],
    ),
  );
  expect(operations.length).toBeGreaterThan(90);
  const ambiguous = operations.filter(({ name, text }) =>
    operations.some((other) => other.name === name && other.text !== text),
  );
  expect(ambiguous.map(({ file, name }) => `${name} in ${file}`)).toEqual([]);
});
