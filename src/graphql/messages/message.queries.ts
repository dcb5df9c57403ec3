import type { Ordering } from '../../db/keyset.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { type Message as MessageRow, Prisma } from '../../generated/prisma/client.js';
import { input, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { pageArgs } from '../core/connection.js';
import { argumentsOf, inputType, parseFilter } from '../core/input.js';
import { selectPage } from '../core/list-field.js';
import { orderInput } from '../core/order.js';
import { MessageConnection } from './conversation-messages.js';
import { findMessage } from './message.loader.js';
import { Message } from './message.type.js';
import { matchingMessages, messageFilter } from './message-filter.js';
import { findInOrder } from './message-search.js';

const MessageOrderField = builder.enumType('MessageOrderField', {
  description: 'What messages can be sorted by. Ties are broken by id.',
  values: { CREATED_AT: { description: 'When they were sent.' } } as const,
});

const MessageOrder = orderInput('MessageOrder', 'messages', MessageOrderField, 'CREATED_AT');

function byTime(direction: 'ASC' | 'DESC' = 'DESC'): Ordering<MessageRow> {
  return {
    name: `messages:CREATED_AT:${direction}`,
    column: Prisma.sql`m."createdAt"`,
    type: 'timestamptz',
    descending: direction === 'DESC',
    value: ({ createdAt }) => createdAt.toISOString(),
    tiebreak: { column: Prisma.sql`m.id`, id: (row) => row.id },
  };
}

const messageArgs = input('message', 'One message.', { id: required(id('Message'), 'The message.') });

builder.queryFields((t) => ({
  message: t.field({
    type: Message,
    nullable: true,
    complexity: rowWeight.message,
    description: 'One message; null if there is none that the viewer may see.',
    args: argumentsOf(t.arg, messageArgs),
    resolve: (_root, args, context) => findMessage(context, parse(messageArgs.schema, args).id),
  }),
  messages: t.field({
    type: MessageConnection,
    complexity: pageComplexity(rowWeight.message),
    description: 'The messages of all conversations that the viewer may see.',
    args: {
      filter: t.arg({ type: inputType(messageFilter), description: 'Which messages. Default: all.' }),
      orderBy: t.arg({ type: MessageOrder, description: 'Default: CREATED_AT, DESC.' }),
      ...pageArgs(t.arg),
    },
    resolve: async (_root, args, context) => {
      const filter = parseFilter(messageFilter, args.filter);
      const { database, viewer } = context;
      return selectPage(context, args, {
        ordering: byTime(args.orderBy?.direction),
        columns: Prisma.sql`m.*`,
        from: Prisma.sql`${matchingMessages(filter, viewer)}
          JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
          WHERE ${visibleTo(viewer)}`,
        find: findInOrder(database.read, viewer, filter),
      });
    },
  }),
}));
