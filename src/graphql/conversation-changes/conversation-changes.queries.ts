import { input } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import { changePageFields, changesComplexity, DEFAULT_PAGE } from '../changes/change-args.js';
import { changePageType, type PageOfChanges } from '../changes/change-page.js';
import { cursorsOf } from '../changes/read-changes.js';
import { conversationFilter } from '../conversations/conversation-filter.js';
import { builder } from '../core/builder.js';
import { rowWeight } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { argumentsOf, inputType } from '../core/input.js';
import { ConversationChange, type ConversationChangeRow, listChangeOf } from './conversation-change.type.js';
import { readListPage } from './list-changes.js';
import { parseLiveFilter } from './live-filter.js';

const ConversationChangePage = changePageType('ConversationChangePage', ConversationChange, {
  description: 'A page of what became of a list: each conversation once.',
  thing: 'conversation',
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
