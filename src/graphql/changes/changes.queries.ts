import { input } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { rowWeight, wrapperComplexity } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { argumentsOf } from '../core/input.js';
import { Change, type ChangeRow, changeOf } from './change.type.js';
import { changePageFields, changesComplexity, DEFAULT_PAGE } from './change-args.js';
import { outcomesOf } from './outcome.js';
import { cursorsOf, readTouchedPage } from './read-changes.js';

/** A page of changes. */
export type PageOfChanges<Row> = { nodes: Row[]; hasNextPage: boolean; endCursor: string };

const ChangePage = builder.objectRef<PageOfChanges<ChangeRow>>('ChangePage').implement({
  description: 'A page of what changed: each thing once, as it is now.',
  fields: (t) => ({
    nodes: t.field({
      type: [Change],
      complexity: wrapperComplexity,
      description: 'The changes, in the order of the last change of each thing.',
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

const changesArgs = input('changes', 'Which changes.', changePageFields);

builder.queryField('changes', (t) =>
  t.field({
    type: ChangePage,
    complexity: changesComplexity(rowWeight.message),
    description:
      'What changed since a cursor: each conversation, message, participant, contact, prospect, user, bot and channel once, as it is now or gone, however often it changed. The last page leads to the subscription `changes`.',
    args: argumentsOf(t.arg, changesArgs),
    resolve: (_root, args, context) => readChanges(context, args),
  }),
);

async function readChanges(context: Context, args: unknown): Promise<PageOfChanges<ChangeRow>> {
  const { after, first = DEFAULT_PAGE } = parse(changesArgs.schema, args);
  const page = await readTouchedPage(context, { after, first, conversationsOnly: false });
  const cursors = cursorsOf(context, page);
  const { hasNextPage, endCursor } = page;
  const outcomes = await outcomesOf(context, page.touches);
  const nodes = outcomes.map((outcome) => changeOf(cursors.get(outcome.touch) ?? endCursor, outcome));
  return { nodes, hasNextPage, endCursor };
}
