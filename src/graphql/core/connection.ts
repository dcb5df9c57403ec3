import type { ArgBuilder, InterfaceRef } from '@pothos/core';
import { builder, type ObjectRef, type Types } from './builder.js';
import { wrapperComplexity } from './complexity.js';
import type { Page, PageInfo } from './paging.js';

const PageInfoType = builder.objectRef<PageInfo>('PageInfo').implement({
  description: "Where a page lies in its list, as Relay's cursor connections have it.",
  fields: (t) => ({
    hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether more rows follow this page.' }),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage', { description: 'Whether rows precede this page.' }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first row; null on an empty page.',
      resolve: ({ startCursor }) => startCursor(),
    }),
    endCursor: t.string({
      nullable: true,
      description:
        'The cursor of the last row; null on an empty page, except in the log, where it is the place read up to.',
      resolve: ({ endCursor }) => endCursor(),
    }),
  }),
});

/** Relay's connection and edge for a type, with nodes and totalCount besides. */
export function connectionType(name: string, node: ObjectRef<unknown> | InterfaceRef<Types, unknown>, nouns: string) {
  const Edge = builder.objectRef<Page<unknown>['edges'][number]>(`${name}Edge`).implement({
    description: `One of the ${nouns} with its cursor.`,
    fields: (t) => ({
      cursor: t.string({
        description: 'Where the row lies; pass it as `after` or `before`.',
        resolve: ({ cursor }) => cursor(),
      }),
      node: t.field({ type: node, description: 'The row.', resolve: (edge) => edge.node }),
    }),
  });
  return builder.objectRef<Page<unknown>>(`${name}Connection`).implement({
    description: `A page of ${nouns}.`,
    fields: (t) => ({
      edges: t.field({
        type: [Edge],
        complexity: wrapperComplexity,
        description: 'The rows with their cursors.',
        resolve: ({ edges }) => edges,
      }),
      nodes: t.field({
        type: [node],
        complexity: wrapperComplexity,
        description: 'The rows without their cursors.',
        resolve: ({ edges }) => edges.map((edge) => edge.node),
      }),
      pageInfo: t.field({
        type: PageInfoType,
        description: 'Where the page lies in the list.',
        resolve: ({ pageInfo }) => pageInfo,
      }),
      totalCount: t.int({
        description: 'How many rows there are on all pages; computed only when asked for.',
        resolve: ({ totalCount }) => totalCount(),
      }),
    }),
  });
}

/** The arguments that every list takes. */
export function pageArgs(arg: ArgBuilder<Types>) {
  return {
    first: arg.int({ description: 'Rows from the beginning: 1 to 100, default 20. Not with `last`.' }),
    after: arg.string({ description: 'Only rows behind this cursor.' }),
    last: arg.int({ description: 'Rows from the end: 1 to 100. Not with `first`.' }),
    before: arg.string({ description: 'Only rows ahead of this cursor.' }),
  };
}
