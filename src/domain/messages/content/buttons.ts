import { z } from 'zod';
import { text, url } from '../../../lib/validation.js';
import { messageText } from './text.js';

const MAX_BUTTONS = 10;
const COUNT = `Must have 1 to ${MAX_BUTTONS} buttons.`;

const title = text(255);

const button = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ type: z.literal('reply'), id: text(255), title }),
    z.looseObject({ type: z.literal('url'), title, url }),
    z.looseObject({ type: z.literal('call'), title, phone: text(64) }),
  ],
  'Must be an object of type reply (id, title), url (title, url) or call (title, phone).',
);

/** A text with buttons. */
export const buttonsContent = z.looseObject({
  text: messageText,
  buttons: z.array(button, 'Must be a list of buttons.').min(1, COUNT).max(MAX_BUTTONS, COUNT),
});
