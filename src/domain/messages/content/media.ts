import { z } from 'zod';
import { text, url } from '../../../lib/validation.js';

/** Something that lies elsewhere: an image, document, audio, video or sticker. */
export const mediaContent = z.looseObject({
  url,
  caption: z.string('Must be a string; null is not allowed here.').optional(),
  filename: text(255).optional(),
  mimeType: text(255).optional(),
});
