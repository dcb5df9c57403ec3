import { input } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import { changePageFields, changesComplexity, DEFAULT_PAGE } from '../changes/change-args.js';
import type { PageOfChanges } from '../changes/changes.queries.js';
import { cursorsOf } from '../changes/read-changes.js';
import { conversationFilter } from '../conversations/conversation-filter.js';
import { builder } from '../core/builder.js';
import { rowWeight, wrapperComplexity } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { argumentsOf, inputType } from '../core/input.js';
import { ConversationChange, type ConversationChangeRow, listChangeOf } from './conversation-change.type.js';
import { readListPage } from './list-changes.js';
import { parseLiveFilter } from './live-filter.js';

const ConversationChangePage = builder
  .objectRef<PageOfChanges<ConversationChangeRow>>('ConversationChangePage')
  .implement({
    description: 'A page of what became of a list: each conversation once.',
    fields: (t) => ({
      nodes: t.field({
        type: [ConversationChange],
        complexity: wrapperComplexity,
        description: 'The changes, in the order of the last change of each conversation.',
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

const pageArgs = input('conversationChanges', 'Which changes.', changePageFields);

builder.queryField('conversationChanges', (t) =>
  t.field({
    type: ConversationChangePage,
    complexity: changesComplexity(rowWeight.withMetadata),
    description:
      'What became of the list that `conversations` returns with the same filter, since a cursor: each conversation that changed once, however often it did. The last page leads to the subscription `conversationChanges`.',
    args: {
      filter: t.arg({
        type: inputType(conversationFilter),
        description: 'Which list. Default: all conversations. BAD_USER_INPUT with `search`.',
      }),
      ...argumentsOf(t.arg, pageArgs),
    },
    resolve: (_root, args, context) => readConversationChanges(context, args),
  }),
);

async function readConversationChanges(
  context: Context,
  { filter, ...args }: { filter?: unknown },
): Promise<PageOfChanges<ConversationChangeRow>> {
  const { after, first = DEFAULT_PAGE } = parse(pageArgs.schema, args);
  const { page, outcomes } = await readListPage(context, parseLiveFilter(filter), { after, first });
  const cursors = cursorsOf(context, page);
  const { hasNextPage, endCursor } = page;
  const nodes = outcomes.map((outcome) => listChangeOf(cursors.get(outcome.touch) ?? endCursor, outcome));
  return { nodes, hasNextPage, endCursor };
}
