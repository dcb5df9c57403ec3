import { keysetSql } from '../../db/keyset.js';
import { encodeLogPosition, logOrdering, resumeFrom } from '../../event-log/cursor.js';
import type { LogEvent } from '../../event-log/log-event.js';
import { Prisma } from '../../generated/prisma/client.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder } from '../core/builder.js';
import { pageComplexity } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import type { Context } from '../core/context.js';
import { nestedPages } from '../core/nested-pages.js';
import { type Page, type PageArgs, readPageArgs, toPage } from '../core/paging.js';
import { ConversationEvent } from './event.type.js';
import { logHead } from './log-head.loader.js';
import { ofVisibleType, visibleEvents } from './visibility.sql.js';

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
    complexity: pageComplexity,
    description: "The conversation's part of the log, oldest first.",
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => eventsOf(context)(id, args),
  }),
);

builder.queryFields((t) => ({
  eventCursor: t.string({
    description:
      "The log's position: taken before any other field of the same operation is read, so that data may be newer than it, never older. Then subscribe with it as `after`.",
    resolve: async (_root, _args, context) => encodeLogPosition(context, await logHead(context)),
  }),
  events: t.field({
    type: ConversationEventConnection,
    complexity: pageComplexity,
    description:
      'The event log itself, oldest first: what the subscription sends, by polling. pageInfo.endCursor is the position read up to, never null, also on an empty page.',
    args: {
      after: t.arg.string({
        description:
          'Only events behind this cursor of an event or eventCursor; left out: from the oldest kept. CURSOR_EXPIRED where the log no longer has what follows it.',
      }),
      first: t.arg.int({ description: 'Events at most: 1 to 100, default 20.' }),
    },
    resolve: (_root, args, context) => readLog(context, args),
  }),
}));

async function readLog(context: Context, { first, after }: Pick<PageArgs, 'first' | 'after'>): Promise<Page<LogEvent>> {
  const { database, viewer, cursors } = context;
  const ordering = logOrdering(viewer.workspaceId);
  const request = readPageArgs({ first, after }, ordering, cursors);
  const head = await logHead(context);
  const { where, orderAndLimit } = keysetSql(ordering, request);
  const found = await database.prisma.$queryRaw<LogEvent[]>`
    SELECT e.* FROM "Event" e WHERE ${visibleEvents(viewer)} AND e.position <= ${head.position} AND ${where} ${orderAndLimit}`;
  // Only now: what was trimmed before it was read would be a gap.
  if (after != null) await resumeFrom(context, after);
  const page = toPage(found, request, ordering, cursors, () => countLog(context));
  const readToHead = () => encodeLogPosition(context, head);
  const endCursor = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : readToHead;
  return { ...page, pageInfo: { ...page.pageInfo, endCursor } };
}

async function countLog({ database, viewer }: Context): Promise<number> {
  const [total] = await database.prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "Event" e WHERE ${visibleEvents(viewer)}`;
  return total?.count ?? 0;
}
