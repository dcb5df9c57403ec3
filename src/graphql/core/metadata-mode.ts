import { builder } from './builder.js';

export const MetadataMode = builder.enumType('MetadataMode', {
  description: 'What becomes of the metadata that is there.',
  values: {
    MERGE: { description: 'Merged shallowly; a null removes its key.' },
    REPLACE: { description: 'Replaced.' },
  } as const,
});
