import { builder } from './builder.js';
import { usableInInputs } from './input.js';

export const MetadataMode = usableInInputs(
  builder.enumType('MetadataMode', {
    description: 'What becomes of the metadata that is there.',
    values: {
      MERGE: { description: 'Merged shallowly; a null removes its key.' },
      REPLACE: { description: 'Replaced.' },
    } as const,
  }),
);
