import { z } from 'zod';
import { text } from '../../../lib/validation.js';

/** Somebody's card. It is passed on as it was written, so that phone and email may have any form. */
export const contactContent = z.looseObject({
  name: text(255),
  phone: text(64).optional(),
  email: text(254).optional(),
});
