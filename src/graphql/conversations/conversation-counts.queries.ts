import DataLoader from 'dataloader';
import { callers } from '../../auth/permissions.js';
import { assigneeOf } from '../../domain/conversations/assign.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { type Conversation, Prisma } from '../../generated/prisma/client.js';
import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { Assignee, loadAssignee } from '../actors/actor.type.js';
import { builder } from '../core/builder.js';
import { COUNT_BY } from '../core/complexity.js';
import type { Context } from '../core/context.js';
import { inputType, parseFilter } from '../core/input.js';
import { type ConversationFilter, conversationConditions, conversationFilter } from './conversation-filter.js';

const MAX_ASSIGNEES = 1000;

const { sql } = Prisma;
const STATUSES = ['OPEN', 'PENDING', 'SNOOZED', 'CLOSED'] as const satisfies ConversationStatus[];
const UNASSIGNED = sql`c."assigneeUserId" IS NULL AND c."assigneeBotId" IS NULL`;

/** What can be counted in one statement. */
type Counted = ConversationStatus | 'UNASSIGNED';
type StatusCount = { status: ConversationStatus; total: number; unassigned: number };
type AssigneeCountRow = Pick<Conversation, 'assigneeUserId' | 'assigneeBotId'> & { active: number };
/** The numbers of conversations, each once it is asked for. */
export type Counts = { of: (counted: Counted) => Promise<number>; byAssignee: () => Promise<AssigneeCountRow[]> };

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

export const ConversationCounts = builder.objectRef<Counts>('ConversationCounts').implement({
  description: 'Numbers of conversations.',
  fields: (t) => ({
    open: t.int({ description: 'OPEN conversations.', resolve: ({ of }) => of('OPEN') }),
    pending: t.int({ description: 'PENDING conversations.', resolve: ({ of }) => of('PENDING') }),
    snoozed: t.int({ description: 'SNOOZED conversations.', resolve: ({ of }) => of('SNOOZED') }),
    closed: t.int({ description: 'CLOSED conversations.', resolve: ({ of }) => of('CLOSED') }),
    unassigned: t.int({
      description: 'Conversations that are not CLOSED and have no assignee.',
      resolve: ({ of }) => of('UNASSIGNED'),
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
    resolve: (_root, args, context) => countConversations(context, parseFilter(conversationFilter, args.filter)),
  }),
);

/** The numbers of the conversations that the viewer may see and that meet a filter, whatever their status. */
export function countConversations(context: Context, filter: ConversationFilter): Counts {
  const isFiltered = Object.entries(filter).some(([name, value]) => name !== 'status' && value !== undefined);
  const isWhole = !isFiltered && callers[context.viewer.kind].sees === 'ALL';
  // Of the whole workspace the numbers are kept; those of a filter are counted.
  const where = isWhole ? null : conversationConditions({ ...filter, status: undefined }, context.viewer);
  const loader = new DataLoader<Counted, number>((counted) => count(context, where, new Set(counted)));
  return { of: (counted) => loader.load(counted), byAssignee: () => countByAssignee(context, where) };
}

/** Counts what an operation asks for, in one statement, so that the numbers add up. */
async function count(
  { database, viewer }: Context,
  where: Prisma.Sql | null,
  counted: ReadonlySet<Counted>,
): Promise<number[]> {
  const isRead = (status: ConversationStatus) => status !== 'CLOSED' && counted.has('UNASSIGNED');
  const needed = STATUSES.filter((status) => counted.has(status) || isRead(status));
  const oneOfThem = sql`c.status IN (${Prisma.join(needed.map((status) => sql`${status}::"ConversationStatus"`))})`;
  const rows = where
    ? await database.read<StatusCount>`
        SELECT c.status, count(*)::int AS total, (count(*) FILTER (WHERE ${UNASSIGNED}))::int AS unassigned
        FROM "Conversation" c WHERE ${visibleTo(viewer)} AND ${where} AND ${oneOfThem} GROUP BY c.status`
    : await database.read<StatusCount>`
        SELECT c.status, sum(c.change)::int AS total,
          coalesce(sum(c.change) FILTER (WHERE ${UNASSIGNED}), 0)::int AS unassigned
        FROM "ConversationCount" c WHERE c."workspaceId" = ${viewer.workspaceId}::uuid AND ${oneOfThem} GROUP BY c.status`;
  const totals = new Map<Counted, number>(rows.map(({ status, total }) => [status, total]));
  const active = rows.filter(({ status }) => status !== 'CLOSED');
  totals.set(
    'UNASSIGNED',
    active.reduce((sum, { unassigned }) => sum + unassigned, 0),
  );
  return Array.from(counted, (each) => totals.get(each) ?? 0);
}

function countByAssignee({ database, viewer }: Context, where: Prisma.Sql | null): Promise<AssigneeCountRow[]> {
  if (where === null) {
    return database.read`
      SELECT c."assigneeUserId", c."assigneeBotId", sum(c.change)::int AS active
      FROM "ConversationCount" c
      WHERE c."workspaceId" = ${viewer.workspaceId}::uuid AND c.status IN ('OPEN', 'PENDING', 'SNOOZED')
      GROUP BY 1, 2 HAVING sum(c.change) <> 0 ORDER BY 3 DESC, 1, 2 LIMIT ${MAX_ASSIGNEES}`;
  }
  return database.read`
    SELECT c."assigneeUserId", c."assigneeBotId", count(*)::int AS active
    FROM "Conversation" c WHERE ${visibleTo(viewer)} AND ${where} AND c.status IN ('OPEN', 'PENDING', 'SNOOZED')
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT ${MAX_ASSIGNEES}`;
}
