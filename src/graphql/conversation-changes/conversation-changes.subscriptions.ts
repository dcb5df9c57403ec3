import type { LogEntry } from '../../event-log/log-event.js';
import { input } from '../../lib/input.js';
import { parse } from '../../lib/validation.js';
import { changeStartFields } from '../changes/change-args.js';
import { startOf } from '../changes/changes.subscriptions.js';
import { userOf } from '../changes/live-touches.js';
import { cursorOf, nextPartOf } from '../changes/read-changes.js';
import { conversationFilter } from '../conversations/conversation-filter.js';
import { builder } from '../core/builder.js';
import { STATEMENT } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { argumentsOf, inputType } from '../core/input.js';
import { type LogSubscription, logSubscription, type Selected } from '../events/log-subscription.js';
import { ConversationChange, type ConversationChangeRow, listChangeOf } from './conversation-change.type.js';
import { listOutcomesIn } from './list-changes.js';
import { interestOf } from './list-interest.js';
import { type LiveFilter, parseLiveFilter, readerOf } from './live-filter.js';

const startArgs = input('conversationChanges', 'Where to begin.', changeStartFields);

builder.subscriptionField('conversationChanges', (t) =>
  t.field({
    type: ConversationChange,
    complexity: 4 * STATEMENT,
    description:
      'What becomes of the list that `conversations` returns with the same filter: conversations that enter it, change in it, or leave it. With `after`, first what happened after that cursor; without it, from now on. Each result also has its cursor in `extensions.cursor`.',
    args: {
      filter: t.arg({
        type: inputType(conversationFilter),
        description: 'Which list. Default: all conversations. BAD_USER_INPUT with `search`.',
      }),
      ...argumentsOf(t.arg, startArgs),
    },
    subscribe: (_root, args, context) => openList(context, args),
    resolve: (change: ConversationChangeRow) => change,
  }),
);

async function openList(
  context: Context,
  { filter: given, ...args }: { filter?: unknown },
): Promise<LogSubscription<ConversationChangeRow>> {
  const filter = parseLiveFilter(given);
  const { after } = parse(startArgs.schema, args);
  return logSubscription({
    key: userOf(context) ?? readerOf(filter, context.viewer),
    interest: interestOf(context, filter),
    concerns: mayConcernLists,
    select: (reader, batch) => selectFor(reader, filter, batch),
    ...(await startOf(context, after)),
  });
}

/** Made once, as there may be tens of thousands of lists. */
function mayConcernLists({ conversationId, type }: LogEntry): boolean {
  return conversationId !== null || type === 'contact.deleted' || type === 'user.updated';
}

async function selectFor(context: Context, filter: LiveFilter, batch: readonly LogEntry[]): Promise<Selected> {
  const { outcomes, end } = await listOutcomesIn(context, filter, batch);
  const items = outcomes.map((outcome, index) => {
    const { touch } = outcome;
    const next = outcomes[index + 1]?.touch;
    const { position, eventId } = touch;
    const value = listChangeOf(cursorOf(context, touch, next), outcome);
    return { at: { position, eventId }, part: nextPartOf(touch, next), value };
  });
  return { items, over: false, end };
}
