import { input } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { rowWeight } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { argumentsOf } from '../core/input.js';
import { Change, type ChangeRow, changeOf } from './change.type.js';
import { changePageFields, changesComplexity, DEFAULT_PAGE } from './change-args.js';
import { changePageType, type PageOfChanges } from './change-page.js';
import { outcomesOf } from './outcome.js';
import { cursorsOf, readTouchedPage } from './read-changes.js';

const ChangePage = changePageType('ChangePage', Change, {
  description: 'A page of what changed: each thing once, as it is now.',
  thing: 'thing',
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
