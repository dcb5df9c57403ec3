import { keysetSql } from '../../db/keyset.js';
import { encodeLogPosition, logOrdering, resumeFrom } from '../../event-log/cursor.js';
import type { LogEvent } from '../../event-log/log-event.js';
import { Prisma } from '../../generated/prisma/client.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight, STATEMENT } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import type { Context } from '../core/context.js';
import { nestedPages } from '../core/nested-pages.js';
import { type Page, type PageArgs, readPageArgs, toPage } from '../core/paging.js';
import { ConversationEvent } from './event.type.js';
import { logHead, ofVisibleType, visibleEvents } from './viewer-log.sql.js';

const ConversationEventConnection = connectionType('ConversationEvent', ConversationEvent, 'events');

const eventsOf = nestedPages<LogEvent>(({ viewer }) => ({
  ordering: logOrdering(viewer.workspaceId),
  columns: Prisma.sql`e.*`,
  from: Prisma.sql`"Event" e WHERE e."workspaceId" = ${viewer.workspaceId}::uuid AND ${ofVisibleType(viewer)}`,
  parent: Prisma.sql`e."conversationId"`,
  parentOf: ({ conversationId }) => conversationId,
}));

builder.prismaObjectField(Conversation, 'events', (t) =>
  t.field({
    type: ConversationEventConnection,
    complexity: pageComplexity(rowWeight.plain),
    description: 'The events of the conversation, oldest first.',
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => eventsOf(context)(id, args),
  }),
);

/** The position in the log up to which the viewer has seen it when the operation began. */
export async function eventCursor(context: Context): Promise<string> {
  return encodeLogPosition(context, await logHead(context));
}

builder.queryFields((t) => ({
  eventCursor: t.string({
    complexity: 1 + STATEMENT,
    description:
      'The current position in the event log. It is taken before any other field of the same operation is read, so the data is never older than it. Subscribe with it as `after`.',
    resolve: (_root, _args, context) => eventCursor(context),
  }),
  events: t.field({
    type: ConversationEventConnection,
    complexity: pageComplexity(rowWeight.plain),
    description:
      'The event log, oldest first: what the subscription `events` sends, for clients that poll. pageInfo.endCursor is the position up to which the log was read; it is never null, not even on an empty page.',
    args: {
      after: t.arg.string({
        description:
          'Events after this cursor, which is that of an event or an eventCursor. Default: from the oldest event in the log. CURSOR_EXPIRED if the log no longer has the events after it.',
      }),
      first: t.arg.int({ description: 'Maximum number of events, 1 to 100. Default: 20.' }),
    },
    resolve: (_root, args, context) => readLog(context, args),
  }),
}));

/** A page of the log. */
export async function readLog(
  context: Context,
  { first, after }: Pick<PageArgs, 'first' | 'after'>,
): Promise<Page<LogEvent>> {
  const { database, viewer, cursors } = context;
  const ordering = logOrdering(viewer.workspaceId);
  const request = readPageArgs({ first, after }, ordering, cursors);
  const head = await logHead(context);
  const { where, orderAndLimit } = keysetSql(ordering, request);
  const found = await database.read<LogEvent>`
    SELECT e.* FROM "Event" e WHERE ${visibleEvents(viewer)} AND e.position <= ${head.position} AND ${where} ${orderAndLimit}`;
  // After reading: events that were trimmed before they were read would be a gap.
  if (after != null) await resumeFrom(context, after);
  const page = toPage(found, request, ordering, cursors, () => countLog(context));
  const readToHead = () => encodeLogPosition(context, head);
  const endCursor = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : readToHead;
  return { ...page, pageInfo: { ...page.pageInfo, endCursor } };
}

async function countLog({ database, viewer }: Context): Promise<number> {
  const [total] = await database.read<{ count: number }>`
    SELECT count(*)::int AS count FROM "Event" e WHERE ${visibleEvents(viewer)}`;
  return total?.count ?? 0;
}
