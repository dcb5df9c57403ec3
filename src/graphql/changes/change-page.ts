import type { InterfaceRef, UnionRef } from '@pothos/core';
import { builder, type Types } from '../core/builder.js';
import { wrapperComplexity } from '../core/complexity.js';

/** A page of changes. */
export type PageOfChanges<Row> = { nodes: Row[]; hasNextPage: boolean; endCursor: string };

/** Adds the type of a page of changes. `thing` is what each of them is of. */
export function changePageType(
  name: string,
  change: InterfaceRef<Types, unknown> | UnionRef<Types, unknown>,
  { description, thing }: { description: string; thing: string },
) {
  return builder.objectRef<PageOfChanges<unknown>>(name).implement({
    description,
    fields: (t) => ({
      nodes: t.field({
        type: [change],
        complexity: wrapperComplexity,
        description: `The changes, in the order of the last change of each ${thing}.`,
        resolve: ({ nodes }) => nodes,
      }),
      hasNextPage: t.exposeBoolean('hasNextPage', {
        description: 'Whether there is more, also after a page that is short or empty. Then read on from `endCursor`.',
      }),
      endCursor: t.exposeString('endCursor', {
        description: 'Where to go on, never null: read the next page from it, or subscribe from it after the last one.',
      }),
    }),
  });
}
