import { Prisma, type Transfer as TransferRow } from '../../generated/prisma/client.js';
import { type ActorRef, type AssigneeRef, actorOf, type SystemRef } from '../../lib/actor-ref.js';
import { Assignee, loadActor, loadAssignee } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { boundedComplexity, boundedLists, boundsArgs } from '../core/bounded-list.js';
import { builder } from '../core/builder.js';
import { Conversation } from './conversation.type.js';

/** A transfer, from its table or from the log. */
export type TransferShape = {
  at: Date;
  by: ActorRef | SystemRef;
  from: AssigneeRef | null;
  to: AssigneeRef;
  reason: string | null;
  summary: string | null;
};

export const Transfer = builder.objectRef<TransferShape>('Transfer').implement({
  description: 'A transfer of a conversation from one assignee to another. Transfers are kept permanently.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When the conversation was transferred.' }),
    by: t.field({
      type: Actor,
      description: 'Who transferred it.',
      resolve: ({ by }, _args, context) => loadActor(context, by),
    }),
    from: t.field({
      type: Assignee,
      nullable: true,
      description: 'The previous assignee; null if there was none.',
      resolve: ({ from }, _args, context) => (from ? loadAssignee(context, from) : null),
    }),
    to: t.field({
      type: Assignee,
      description: 'The new assignee.',
      resolve: async ({ to }, _args, context) => {
        const assignee = await loadAssignee(context, to);
        if (!assignee) throw new Error(`No row found for ${to.type} ${to.id}.`);
        return assignee;
      },
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was transferred.' }),
    summary: t.exposeString('summary', { nullable: true, description: 'What the new assignee should know.' }),
  }),
});

function assigneeRef(type: TransferRow['toType'] | null, id: string | null): AssigneeRef | null {
  return (type === 'USER' || type === 'BOT') && id !== null ? { type, id } : null;
}

function toShape(row: TransferRow): TransferShape {
  const to = assigneeRef(row.toType, row.toId);
  if (!to) throw new Error(`Transfer ${row.id} is to neither a user nor a bot.`);
  const { at, reason, summary } = row;
  return { at, by: actorOf(row.byType, row.byId), from: assigneeRef(row.fromType, row.fromId), to, reason, summary };
}

const transfersOf = boundedLists<TransferRow>(({ viewer }) => ({
  columns: Prisma.sql`t.*`,
  from: Prisma.sql`"Transfer" t WHERE t."workspaceId" = ${viewer.workspaceId}::uuid`,
  parent: Prisma.sql`t."conversationId"`,
  parentOf: ({ conversationId }) => conversationId,
  order: Prisma.sql`t.at, t.id`,
}));

builder.prismaObjectField(Conversation, 'transfers', (t) =>
  t.field({
    type: [Transfer],
    complexity: boundedComplexity,
    description: 'All transfers, oldest first.',
    args: boundsArgs(t.arg),
    resolve: async ({ id }, bounds, context) => (await transfersOf(context, id, bounds)).map(toShape),
  }),
);
