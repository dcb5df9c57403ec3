import { z } from 'zod';
import type { ConversationStatus } from '../generated/prisma/enums.js';
import { builder } from '../graphql/builder.js';
import { parse } from '../validation.js';
import { ConversationFilter, conversationFilter, filterSql } from './conversation-filter.js';
import { visibleTo } from './visibility.sql.js';

type Counts = { open: number; pending: number; snoozed: number; closed: number; unassigned: number };

const ConversationCounts = builder.objectRef<Counts>('ConversationCounts').implement({
  description: 'How many conversations there are of each status.',
  fields: (t) => ({
    open: t.exposeInt('open', { description: 'OPEN ones.' }),
    pending: t.exposeInt('pending', { description: 'PENDING ones.' }),
    snoozed: t.exposeInt('snoozed', { description: 'SNOOZED ones.' }),
    closed: t.exposeInt('closed', { description: 'CLOSED ones.' }),
    unassigned: t.exposeInt('unassigned', { description: 'Those not CLOSED that have no assignee.' }),
  }),
});

builder.queryField('conversationCounts', (t) =>
  t.field({
    type: ConversationCounts,
    description: 'How many conversations the viewer may see, by status.',
    args: {
      filter: t.arg({ type: ConversationFilter, description: 'Only those for which it holds; `status` is ignored.' }),
    },
    resolve: async (_root, args, { database, viewer }) => {
      const { filter } = parse(z.object({ filter: conversationFilter }), args);
      const rows = await database.prisma.$queryRaw<{ status: ConversationStatus; total: number; unassigned: number }[]>`
        SELECT c.status, count(*)::int AS total,
          (count(*) FILTER (WHERE c."assigneeUserId" IS NULL AND c."assigneeBotId" IS NULL))::int AS unassigned
        FROM "Conversation" c
        WHERE ${visibleTo(viewer)} AND ${filterSql({ ...filter, status: null }, viewer)}
        GROUP BY c.status`;
      const count = (status: ConversationStatus) => rows.find((row) => row.status === status)?.total ?? 0;
      return {
        open: count('OPEN'),
        pending: count('PENDING'),
        snoozed: count('SNOOZED'),
        closed: count('CLOSED'),
        unassigned: rows.reduce((sum, row) => (row.status === 'CLOSED' ? sum : sum + row.unassigned), 0),
      };
    },
  }),
);
