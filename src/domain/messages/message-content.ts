import { z } from 'zod';
import { decodeId } from '../../lib/ids.js';
import { rule } from '../../lib/input.js';
import { jsonObject } from '../../lib/rules.js';
import type { JsonObject } from '../../lib/validation.js';
import { contentSchemas } from './content-schemas.js';

const MAX_KILOBYTES = 64;

const types = [...contentSchemas.keys()].join(', ');

/** A `type` of content that has a schema. */
export const contentType = rule(
  'String',
  z.string().refine((value) => contentSchemas.has(value), `Must be one of ${types}.`),
);

/** The content of a message, stored as given. It is checked by the schema of its `type`; without a type it is not. */
export const messageContent = rule(
  'JSONObject',
  jsonObject(MAX_KILOBYTES)
    .refine((value) => Object.keys(value).length > 0, 'Must not be empty.')
    .superRefine(checkByType),
  `At most ${MAX_KILOBYTES} KB.`,
);

export const contentDescription =
  'The full content. `type` is text (text, quickReplies), image, document, audio, video, sticker (url, caption, filename, mimeType), location (latitude, longitude, name, address), contact (name, phone, email), buttons (text, buttons), template (template: name, language, components) or reaction (messageId, emoji). Additional keys are stored, too. Content without a `type` is stored as given.';

function checkByType(content: JsonObject, context: z.RefinementCtx): void {
  if (!Object.hasOwn(content, 'type')) return;
  const schema = contentSchemas.get(content.type);
  if (!schema) {
    context.addIssue({ code: 'custom', path: ['type'], message: `Must be one of ${types}, or left out.` });
    return;
  }
  for (const { path, message } of schema.safeParse(content).error?.issues ?? []) {
    context.addIssue({ code: 'custom', path, message });
  }
}

/** The UUID of the message that this content reacts to; null if it is no reaction. */
export function reactionTarget(content: object): string | null {
  const messageId: unknown = Reflect.get(content, 'messageId');
  const isReaction = Reflect.get(content, 'type') === 'reaction' && typeof messageId === 'string';
  return isReaction ? decodeId('Message', messageId) : null;
}
