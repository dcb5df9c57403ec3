import type { Ordering } from '../../db/keyset.js';
import type { Message as MessageRow } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, edgeType, pageArgs } from '../core/connection.js';
import type { Context } from '../core/context.js';
import { nestedPages } from '../core/nested-pages.js';
import { toEdge } from '../core/paging.js';
import { lastMessages } from './message.loader.js';
import { Message } from './message.type.js';

export const MessageEdge = edgeType('Message', Message, 'messages');
export const MessageConnection = connectionType('Message', Message, 'messages', MessageEdge);

/** Oldest first. */
export const bySeq: Ordering<MessageRow> = {
  name: 'messages',
  column: Prisma.sql`m.seq`,
  type: 'int',
  descending: false,
  value: ({ seq }) => seq,
  tiebreak: null,
};

/** A message with its cursor among the messages of its conversation. */
export const messageEdge = (message: MessageRow, { cursors }: Pick<Context, 'cursors'>) =>
  toEdge(message, bySeq, cursors);

const messagesOf = nestedPages<MessageRow>(({ database, viewer }) => ({
  ordering: bySeq,
  columns: Prisma.sql`m.*`,
  from: Prisma.sql`"Message" m WHERE m."workspaceId" = ${viewer.workspaceId}::uuid`,
  parent: Prisma.sql`m."conversationId"`,
  parentOf: ({ conversationId }) => conversationId,
  count: (conversationIds) => database.read`
    SELECT id AS "parentId", "messageCount" AS count FROM "Conversation"
    WHERE "workspaceId" = ${viewer.workspaceId}::uuid AND id = ANY(${conversationIds}::uuid[])`,
}));

builder.prismaObjectFields(Conversation, (t) => ({
  lastMessage: t.field({
    type: Message,
    nullable: true,
    complexity: rowWeight.message,
    description: 'The newest message that is not deleted; null if there is none.',
    resolve: ({ id, messageCount, deletedInbound, deletedOutbound }, _args, context) =>
      messageCount > deletedInbound + deletedOutbound ? lastMessages(context).load(id) : null,
  }),
  messages: t.field({
    type: MessageConnection,
    complexity: pageComplexity(rowWeight.message),
    description: 'The messages, oldest first. `last: 50` returns the 50 newest.',
    args: pageArgs(t.arg),
    resolve: ({ id }, args, context) => messagesOf(context)(id, args),
  }),
}));
