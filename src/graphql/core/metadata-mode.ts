import { builder } from './builder.js';
import { usableInInputs } from './input.js';

usableInInputs(
  builder.enumType('MetadataMode', {
    description: 'How metadata is updated.',
    values: {
      MERGE: { description: 'Merged shallowly into what is stored; null removes a key.' },
      REPLACE: { description: 'Replaces what is stored.' },
    } as const,
  }),
);
