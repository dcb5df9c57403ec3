import type { Ordering } from '../../db/keyset.js';
import type { Prospect } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { orderInput } from '../core/order.js';

const ProspectOrderField = builder.enumType('ProspectOrderField', {
  description: 'What prospects can be sorted by. Ties are broken by id.',
  values: {
    CREATED_AT: { description: 'When they were created.' },
    UPDATED_AT: { description: 'When they last changed.' },
  } as const,
});

export const ProspectOrder = orderInput('ProspectOrder', 'prospects', ProspectOrderField, 'UPDATED_AT');

type OrderField = 'CREATED_AT' | 'UPDATED_AT';

const columns: Record<OrderField, Pick<Ordering<Prospect>, 'column' | 'value'>> = {
  CREATED_AT: { column: Prisma.sql`r."createdAt"`, value: ({ createdAt }) => createdAt.toISOString() },
  UPDATED_AT: { column: Prisma.sql`r."updatedAt"`, value: ({ updatedAt }) => updatedAt.toISOString() },
};

/** The SQL order of a list of prospects. */
export function prospectOrdering(
  field: OrderField = 'UPDATED_AT',
  direction: 'ASC' | 'DESC' = 'DESC',
): Ordering<Prospect> {
  return {
    ...columns[field],
    name: `prospects:${field}:${direction}`,
    type: 'timestamptz',
    descending: direction === 'DESC',
    tiebreak: { column: Prisma.sql`r.id`, id: ({ id }) => id },
  };
}
