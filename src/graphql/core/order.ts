import type { EnumRef } from '@pothos/core';
import { builder, type Types } from './builder.js';

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end comes first.',
  values: { ASC: { description: 'The smallest or oldest.' }, DESC: { description: 'The largest or newest.' } } as const,
});

/** An input by which a list is sorted: by one of its fields, by default by `first` from the largest or newest on. */
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
        description: 'Which end comes first.',
      }),
    }),
  });
}
