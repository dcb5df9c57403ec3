import { z } from 'zod';
import { rule } from '../../lib/input.js';
import { id, text, url } from '../../lib/rules.js';

const MAX_KILOBYTES = 64;
const MAX_QUICK_REPLIES = 13;
const MAX_BUTTONS = 10;
const MAX_EMOJI = 32;

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

const textContent = z.looseObject({
  text: messageText,
  quickReplies: z
    .array(quickReply, 'Must be a list of quick replies.')
    .max(MAX_QUICK_REPLIES, `Must have at most ${MAX_QUICK_REPLIES} quick replies.`)
    .optional(),
});

/** A file by its URL. Its bytes are stored elsewhere. */
const mediaContent = z.looseObject({
  url,
  caption: z.string('Must be a string.').optional(),
  filename: text(255).optional(),
  mimeType: text(255).optional(),
});

const degrees = (max: number) => {
  const message = `Must be a number from -${max} to ${max}.`;
  return z.number(message).min(-max, message).max(max, message);
};

const locationContent = z.looseObject({
  latitude: degrees(90),
  longitude: degrees(180),
  name: text(255).optional(),
  address: text(1000).optional(),
});

/** A contact card. It is passed on as written, so phone and email are accepted in any format. */
const contactContent = z.looseObject({
  name: text(255),
  phone: text(64).optional(),
  email: text(254).optional(),
});

const button = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ type: z.literal('reply'), id: text(255), title: text(255) }),
    z.looseObject({ type: z.literal('url'), title: text(255), url }),
    z.looseObject({ type: z.literal('call'), title: text(255), phone: text(64) }),
  ],
  'Must be an object of type reply (id, title), url (title, url) or call (title, phone).',
);

const buttonCount = `Must have 1 to ${MAX_BUTTONS} buttons.`;

const buttonsContent = z.looseObject({
  text: messageText,
  buttons: z.array(button, 'Must be a list of buttons.').min(1, buttonCount).max(MAX_BUTTONS, buttonCount),
});

/** A text that the channel's provider has approved, by name and language. The components fill in its variables. */
const templateContent = z.looseObject({
  template: z.looseObject(
    {
      name: text(255),
      language: text(255),
      components: z.array(z.looseObject({}, 'Must be an object.'), 'Must be a list of objects.').optional(),
    },
    'Must be an object with name and language.',
  ),
});

/** A reaction to a message; an empty emoji removes it. */
const reactionContent = z.looseObject({
  messageId: id('Message'),
  emoji: z.string('Must be a string.').max(MAX_EMOJI, `Must have at most ${MAX_EMOJI} characters.`),
});

/** The schemas of content by its `type`. They ignore keys that they do not know. */
export const contentSchemas = new Map<unknown, z.ZodType>([
  ['text', textContent],
  ['image', mediaContent],
  ['document', mediaContent],
  ['audio', mediaContent],
  ['video', mediaContent],
  ['sticker', mediaContent],
  ['location', locationContent],
  ['contact', contactContent],
  ['buttons', buttonsContent],
  ['template', templateContent],
  ['reaction', reactionContent],
]);
