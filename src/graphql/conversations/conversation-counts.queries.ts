import { assigneeOf } from '../../domain/conversations/assign.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { Conversation, Prisma } from '../../generated/prisma/client.js';
import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { Assignee, loadAssignee } from '../actors/actor.type.js';
import { builder } from '../core/builder.js';
import { COUNT_BY } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { inputType, parseFilter } from '../core/input.js';
import { conversationConditions, conversationFilter } from './conversation-filter.js';

const MAX_ASSIGNEES = 1000;

type StatusCount = { status: ConversationStatus; total: number; unassigned: number };
type AssigneeCountRow = Pick<Conversation, 'assigneeUserId' | 'assigneeBotId'> & { active: number };
type Counts = { rows: StatusCount[]; byAssignee: () => Promise<AssigneeCountRow[]> };

function countOf({ rows }: Counts, status: ConversationStatus): number {
  return rows.find((row) => row.status === status)?.total ?? 0;
}

const AssigneeCount = builder.objectRef<AssigneeCountRow>('AssigneeCount').implement({
  description: 'The number of conversations of one assignee.',
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
    active: t.exposeInt('active', { description: 'Conversations that are not CLOSED.' }),
  }),
});

const ConversationCounts = builder.objectRef<Counts>('ConversationCounts').implement({
  description: 'Numbers of conversations.',
  fields: (t) => ({
    open: t.int({ description: 'OPEN conversations.', resolve: (counts) => countOf(counts, 'OPEN') }),
    pending: t.int({ description: 'PENDING conversations.', resolve: (counts) => countOf(counts, 'PENDING') }),
    snoozed: t.int({ description: 'SNOOZED conversations.', resolve: (counts) => countOf(counts, 'SNOOZED') }),
    closed: t.int({ description: 'CLOSED conversations.', resolve: (counts) => countOf(counts, 'CLOSED') }),
    unassigned: t.int({
      description: 'Conversations that are not CLOSED and have no assignee.',
      resolve: ({ rows }) => rows.reduce((sum, row) => (row.status === 'CLOSED' ? sum : sum + row.unassigned), 0),
    }),
    byAssignee: t.field({
      type: [AssigneeCount],
      complexity: { field: COUNT_BY, multiplier: 20 },
      description: `Conversations that are not CLOSED by assignee, highest number first; at most ${MAX_ASSIGNEES} assignees.`,
      resolve: ({ byAssignee }) => byAssignee(),
    }),
  }),
});

builder.queryField('conversationCounts', (t) =>
  t.field({
    type: ConversationCounts,
    complexity: COUNT_BY,
    description: 'Numbers of the conversations that the viewer may see, by status and by assignee.',
    args: {
      filter: t.arg({
        type: inputType(conversationFilter),
        description: 'Which conversations; `status` is ignored. Default: all.',
      }),
    },
    resolve: async (_root, args, context) => {
      const filter = parseFilter(conversationFilter, args.filter);
      const where = conversationConditions({ ...filter, status: undefined }, context.viewer);
      return { rows: await countByStatus(context, where), byAssignee: () => countByAssignee(context, where) };
    },
  }),
);

function countByStatus({ database, viewer }: Context, where: Prisma.Sql): Promise<StatusCount[]> {
  return database.read`
    SELECT c.status, count(*)::int AS total,
      (count(*) FILTER (WHERE c."assigneeUserId" IS NULL AND c."assigneeBotId" IS NULL))::int AS unassigned
    FROM "Conversation" c WHERE ${visibleTo(viewer)} AND ${where} GROUP BY c.status`;
}

function countByAssignee({ database, viewer }: Context, where: Prisma.Sql): Promise<AssigneeCountRow[]> {
  return database.read`
    SELECT c."assigneeUserId", c."assigneeBotId", count(*)::int AS active
    FROM "Conversation" c WHERE ${visibleTo(viewer)} AND ${where} AND c.status <> 'CLOSED'
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${MAX_ASSIGNEES}`;
}
