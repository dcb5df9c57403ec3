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

/** What conversations are sorted by, and what their cursors hold. */
export type Sorted = Pick<Conversation, 'id' | 'createdAt' | 'updatedAt' | 'lastMessageOrCreatedAt' | 'priority'>;

export const orderFields = ['CREATED_AT', 'UPDATED_AT', 'LAST_MESSAGE_AT', 'PRIORITY'] as const;
/** What conversations can be sorted by. */
export type OrderField = (typeof orderFields)[number];

const columns: Record<OrderField, Pick<Ordering<Sorted>, 'column' | 'type' | 'value'>> = {
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
): Ordering<Sorted> {
  return {
    ...columns[field],
    name: `conversations:${field}:${direction}`,
    descending: direction === 'DESC',
    tiebreak: { column: Prisma.sql`c.id`, id: ({ id }) => id },
  };
}
