import { z } from 'zod';
import { rule } from '../../../lib/input.js';
import { text } from '../../../lib/rules.js';

const MAX_KILOBYTES = 64;
const MAX_QUICK_REPLIES = 13;

/** The text of a message, never trimmed. */
export const messageText = rule(
  'String',
  z
    .string('Must be a string.')
    .refine((value) => value.trim().length > 0, 'Must not be empty.')
    .refine(
      (value) => Buffer.byteLength(value, 'utf8') <= MAX_KILOBYTES * 1024,
      `Must have at most ${MAX_KILOBYTES} KB.`,
    ),
  `At most ${MAX_KILOBYTES} KB.`,
);

const quickReply = z.looseObject({ id: text(255), title: text(255) }, 'Must be an object with id and title.');

/** A text, and answers that the reader can tap. */
export const textContent = z.looseObject({
  text: messageText,
  quickReplies: z
    .array(quickReply, 'Must be a list of quick replies.')
    .max(MAX_QUICK_REPLIES, `Must have at most ${MAX_QUICK_REPLIES} quick replies.`)
    .optional(),
});
