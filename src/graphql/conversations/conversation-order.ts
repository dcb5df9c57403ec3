import type { Ordering } from '../../db/keyset.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { orderInput } from '../core/order.js';

const ConversationOrderField = builder.enumType('ConversationOrderField', {
  description: 'What conversations can be sorted by. Ties are broken by id.',
  values: {
    CREATED_AT: { description: 'When they were created.' },
    UPDATED_AT: { description: 'When they last changed or got a message.' },
    LAST_MESSAGE_AT: { description: 'When they got their last message; without messages, when they were created.' },
    PRIORITY: { description: 'LOW below NORMAL below HIGH below URGENT.' },
  } as const,
});

export const ConversationOrder = orderInput('ConversationOrder', 'conversations', ConversationOrderField, 'UPDATED_AT');

type OrderField = 'CREATED_AT' | 'UPDATED_AT' | 'LAST_MESSAGE_AT' | 'PRIORITY';

const columns: Record<OrderField, Pick<Ordering<Conversation>, 'column' | 'type' | 'value'>> = {
  CREATED_AT: {
    column: Prisma.sql`c."createdAt"`,
    type: 'timestamptz',
    value: ({ createdAt }) => createdAt.toISOString(),
  },
  UPDATED_AT: {
    column: Prisma.sql`c."updatedAt"`,
    type: 'timestamptz',
    value: ({ updatedAt }) => updatedAt.toISOString(),
  },
  LAST_MESSAGE_AT: {
    column: Prisma.sql`c."lastMessageOrCreatedAt"`,
    type: 'timestamptz',
    value: ({ lastMessageOrCreatedAt }) => lastMessageOrCreatedAt.toISOString(),
  },
  PRIORITY: { column: Prisma.sql`c.priority`, type: '"Priority"', value: ({ priority }) => priority },
};

/** The ordering of a list of conversations. */
export function conversationOrdering(
  field: OrderField = 'UPDATED_AT',
  direction: 'ASC' | 'DESC' = 'DESC',
): Ordering<Conversation> {
  return {
    ...columns[field],
    name: `conversations:${field}:${direction}`,
    descending: direction === 'DESC',
    tiebreak: { column: Prisma.sql`c.id`, id: ({ id }) => id },
  };
}
