import { z } from 'zod';
import { rule } from '../../../lib/input.js';
import { jsonObject } from '../../../lib/rules.js';
import type { JsonObject } from '../../../lib/validation.js';
import { buttonsContent } from './buttons.js';
import { contactContent } from './contact.js';
import { locationContent } from './location.js';
import { mediaContent } from './media.js';
import { reactionContent } from './reaction.js';
import { templateContent } from './template.js';
import { textContent } from './text.js';

const MAX_KILOBYTES = 64;

const schemas = new Map<unknown, z.ZodType>([
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

const NAMES = [...schemas.keys()].join(', ');

/** A `type` of content that is checked. */
export const contentType = rule(
  'String',
  z.string().refine((value) => schemas.has(value), `Must be one of ${NAMES}.`),
);

/**
 * The content of a message, kept as it was given. One with a `type` is checked by that type's schema, which lets further
 * keys be; one without is an outside program's own.
 */
export const messageContent = rule(
  'JSONObject',
  jsonObject(MAX_KILOBYTES)
    .refine((value) => Object.keys(value).length > 0, 'Must not be empty.')
    .superRefine(checkByType),
  `At most ${MAX_KILOBYTES} KB.`,
);

function checkByType(content: JsonObject, context: z.RefinementCtx): void {
  if (!Object.hasOwn(content, 'type')) return;
  const schema = schemas.get(content.type);
  if (!schema) {
    context.addIssue({ code: 'custom', path: ['type'], message: `Must be one of ${NAMES}, or left out.` });
    return;
  }
  for (const { path, message } of schema.safeParse(content).error?.issues ?? []) {
    context.addIssue({ code: 'custom', path, message });
  }
}
