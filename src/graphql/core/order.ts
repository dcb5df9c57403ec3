import type { EnumRef } from '@pothos/core';
import { builder, type Types } from './builder.js';

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'The direction of an order.',
  values: {
    ASC: { description: 'Smallest or oldest first.' },
    DESC: { description: 'Largest or newest first.' },
  } as const,
});

/** Adds the input that sorts a list by one of its fields. The default is `first`, largest or newest first. */
export function orderInput<Field extends string>(
  name: string,
  nouns: string,
  field: EnumRef<Types, Field>,
  first: NoInfer<Field>,
) {
  return builder.inputType(name, {
    description: `How to sort ${nouns}.`,
    fields: (t) => ({
      field: t.field({ type: field, required: true, defaultValue: first, description: 'What to sort by.' }),
      direction: t.field({
        type: OrderDirection,
        required: true,
        defaultValue: 'DESC',
        description: 'The direction.',
      }),
    }),
  });
}
