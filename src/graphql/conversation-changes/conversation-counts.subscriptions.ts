import { unauthenticated } from '../../auth/authenticate.js';
import { isOfNote, type LogEntry } from '../../event-log/log-event.js';
import { SIGHT_CHANGED, userOf } from '../changes/live-touches.js';
import { supersededAt } from '../changes/sight.sql.js';
import { ConversationCounts, type Counts, countConversations } from '../conversations/conversation-counts.queries.js';
import { conversationFilter } from '../conversations/conversation-filter.js';
import { builder } from '../core/builder.js';
import { COUNT_BY } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { inputType } from '../core/input.js';
import { type LogSubscription, logSubscription, type Selected } from '../events/log-subscription.js';
import { logHead } from '../events/viewer-log.sql.js';
import { interestOf } from './list-interest.js';
import { type LiveFilter, parseLiveFilter, readerOf } from './live-filter.js';

builder.subscriptionField('conversationCounts', (t) =>
  t.field({
    type: ConversationCounts,
    complexity: COUNT_BY,
    description:
      'What the query `conversationCounts` answers: first the numbers as they are, then again whenever one that is selected has changed.',
    args: {
      filter: t.arg({
        type: inputType(conversationFilter),
        description: 'Which conversations; `status` is ignored. Default: all. BAD_USER_INPUT with `search`.',
      }),
    },
    subscribe: (_root, args, context) => openCounts(context, args.filter),
    resolve: (counts: Counts) => counts,
  }),
);

async function openCounts(context: Context, given: unknown): Promise<LogSubscription<Counts>> {
  const filter = parseLiveFilter(given);
  // Before counting, so that what changes in between is counted again.
  const after = await logHead(context);
  return logSubscription({
    after,
    conversationId: null,
    key: userOf(context) ?? readerOf(filter, context.viewer),
    initial: countConversations(context, filter),
    // `status` is no condition of theirs.
    interest: interestOf(context, { ...filter, status: undefined }),
    concerns: (entry) => mayChangeCounts(filter, entry),
    select: (reader, batch) => selectFor(reader, filter, batch),
  });
}

async function selectFor(context: Context, filter: LiveFilter, batch: readonly LogEntry[]): Promise<Selected> {
  if ((await supersededAt(context, batch)) >= 0) return { items: [], over: false, end: unauthenticated(SIGHT_CHANGED) };
  const last = batch.findLast((entry) => mayChangeCounts(filter, entry));
  if (!last) return { items: [], over: false };
  const at = { position: Number(last.position), eventId: last.id };
  return { items: [{ at, value: countConversations(context, filter) }], over: false };
}

/** Entries that change no number unless it is of unread conversations, or of those changed in a range of time. */
const OF_MESSAGES: readonly string[] = ['message.added', 'message.updated', 'message.imported', 'conversation.read'];

function mayChangeCounts({ unread, updatedAt, mentionedUserId }: LiveFilter, entry: LogEntry): boolean {
  const { type, conversationId, nodeId } = entry;
  if (isOfNote(entry)) return mentionedUserId !== undefined;
  if (OF_MESSAGES.includes(type)) return unread !== undefined || updatedAt !== undefined;
  return conversationId !== null || type === 'contact.deleted' || (type === 'user.updated' && nodeId !== null);
}
