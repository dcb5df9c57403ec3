import { z } from 'zod';
import { text } from '../../../lib/validation.js';

/** A text that the channel's provider has approved, by name and language; components fill it in. */
export const templateContent = z.looseObject({
  template: z.looseObject(
    {
      name: text(255),
      language: text(255),
      components: z.array(z.looseObject({}, 'Must be an object.'), 'Must be a list of objects.').optional(),
    },
    'Must be an object with name and language.',
  ),
});
