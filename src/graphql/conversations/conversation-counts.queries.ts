import { z } from 'zod';
import { assigneeOf } from '../../domain/conversations/assignee.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { Conversation, Prisma } from '../../generated/prisma/client.js';
import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { parse } from '../../lib/validation.js';
import { Assignee, loadAssignee } from '../actors/actor.type.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { ConversationFilter, conversationConditions, conversationFilter } from './conversation-filter.js';

const MAX_ASSIGNEES = 1000;

type StatusCount = { status: ConversationStatus; total: number; unassigned: number };
type AssigneeCountRow = Pick<Conversation, 'assigneeUserId' | 'assigneeBotId'> & { active: number };
type Counts = { rows: StatusCount[]; byAssignee: () => Promise<AssigneeCountRow[]> };

function countOf({ rows }: Counts, status: ConversationStatus): number {
  return rows.find((row) => row.status === status)?.total ?? 0;
}

const AssigneeCount = builder.objectRef<AssigneeCountRow>('AssigneeCount').implement({
  description: 'How many conversations somebody has.',
  fields: (t) => ({
    assignee: t.field({
      type: Assignee,
      nullable: true,
      description: 'The user or bot; null for conversations without an assignee.',
      resolve: (row, _args, context) => {
        const assignee = assigneeOf(row);
        return assignee ? loadAssignee(context, assignee) : null;
      },
    }),
    active: t.exposeInt('active', { description: 'Those that are not CLOSED.' }),
  }),
});

const ConversationCounts = builder.objectRef<Counts>('ConversationCounts').implement({
  description: 'How many conversations there are of each status.',
  fields: (t) => ({
    open: t.int({ description: 'OPEN ones.', resolve: (counts) => countOf(counts, 'OPEN') }),
    pending: t.int({ description: 'PENDING ones.', resolve: (counts) => countOf(counts, 'PENDING') }),
    snoozed: t.int({ description: 'SNOOZED ones.', resolve: (counts) => countOf(counts, 'SNOOZED') }),
    closed: t.int({ description: 'CLOSED ones.', resolve: (counts) => countOf(counts, 'CLOSED') }),
    unassigned: t.int({
      description: 'Those not CLOSED that have no assignee.',
      resolve: ({ rows }) => rows.reduce((sum, row) => (row.status === 'CLOSED' ? sum : sum + row.unassigned), 0),
    }),
    byAssignee: t.field({
      type: [AssigneeCount],
      description: `Those not CLOSED by assignee, the busiest first; at most ${MAX_ASSIGNEES}.`,
      resolve: ({ byAssignee }) => byAssignee(),
    }),
  }),
});

builder.queryField('conversationCounts', (t) =>
  t.field({
    type: ConversationCounts,
    description: 'How many conversations the viewer may see, by status and by assignee.',
    args: {
      filter: t.arg({ type: ConversationFilter, description: 'Only those for which it holds; `status` is ignored.' }),
    },
    resolve: async (_root, args, context) => {
      const { filter } = parse(z.object({ filter: conversationFilter }), args);
      const where = conversationConditions({ ...filter, status: null }, context.viewer);
      return { rows: await countByStatus(context, where), byAssignee: () => countByAssignee(context, where) };
    },
  }),
);

function countByStatus({ database, viewer }: Context, where: Prisma.Sql): Promise<StatusCount[]> {
  return database.prisma.$queryRaw`
    SELECT c.status, count(*)::int AS total,
      (count(*) FILTER (WHERE c."assigneeUserId" IS NULL AND c."assigneeBotId" IS NULL))::int AS unassigned
    FROM "Conversation" c WHERE ${visibleTo(viewer)} AND ${where} GROUP BY c.status`;
}

function countByAssignee({ database, viewer }: Context, where: Prisma.Sql): Promise<AssigneeCountRow[]> {
  return database.prisma.$queryRaw`
    SELECT c."assigneeUserId", c."assigneeBotId", count(*)::int AS active
    FROM "Conversation" c WHERE ${visibleTo(viewer)} AND ${where} AND c.status <> 'CLOSED'
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${MAX_ASSIGNEES}`;
}
