import type { ArgBuilder, InterfaceRef } from '@pothos/core';
import { builder, type ObjectRef, type Types } from './builder.js';
import { STATEMENT, wrapperComplexity } from './complexity.js';
import { ONCE } from './cost-once.js';
import type { Edge, Page, PageInfo } from './paging.js';

const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  description: "The position of a page in its list, as in Relay's cursor connections.",
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there are rows after this page.' }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'Whether there are rows before this page.' }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first row; null if the page is empty.',
      resolve: ({ startCursor }) => startCursor(),
    }),
    endCursor: t.string({
      nullable: true,
      description:
        'The cursor of the last row; null if the page is empty. In the event log: the position up to which it was read, never null.',
      resolve: ({ endCursor }) => endCursor(),
    }),
  }),
});

/** Adds Relay's edge type for a type. */
export function edgeType(
  name: string,
  node: ObjectRef<unknown> | InterfaceRef<Types, unknown>,
  nouns: string,
): ObjectRef<Edge<unknown>> {
  return builder.objectRef<Edge<unknown>>(`${name}Edge`).implement({
    description: `One of the ${nouns}, with its cursor.`,
    fields: (t) => ({
      cursor: t.string({
        description: 'The position of the row; pass it as `after` or `before`.',
        resolve: ({ cursor }) => cursor(),
      }),
      node: t.field({ type: node, description: 'The row.', resolve: (edge) => edge.node }),
    }),
  });
}

/** Adds Relay's connection and edge types for a type, with `nodes` and `totalCount` in addition. */
export function connectionType(
  name: string,
  node: ObjectRef<unknown> | InterfaceRef<Types, unknown>,
  nouns: string,
  edge = edgeType(name, node, nouns),
) {
  return builder.objectRef<Page<unknown>>(`${name}Connection`).implement({
    description: `A page of ${nouns}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        complexity: wrapperComplexity,
        description: 'The rows, with their cursors.',
        resolve: ({ edges }) => edges,
      }),
      nodes: t.field({
        type: [node],
        complexity: wrapperComplexity,
        description: 'The rows, without cursors.',
        resolve: ({ edges }) => edges.map((each) => each.node),
      }),
      pageInfo: t.field({
        type: PageInfoType,
        description: 'The position of the page in the list.',
        resolve: ({ pageInfo }) => pageInfo,
      }),
      totalCount: t.int({
        extensions: { [ONCE]: STATEMENT },
        description: 'The number of rows on all pages. Counted only if selected.',
        resolve: ({ totalCount }) => totalCount(),
      }),
    }),
  });
}

/** The page arguments that every list takes. */
export function pageArgs(arg: ArgBuilder<Types>) {
  return {
    first: arg.int({ description: 'The first rows, 1 to 100. Default: 20. Not with `last`.' }),
    after: arg.string({ description: 'Rows after this cursor.' }),
    last: arg.int({ description: 'The last rows, 1 to 100. Not with `first`.' }),
    before: arg.string({ description: 'Rows before this cursor.' }),
  };
}
