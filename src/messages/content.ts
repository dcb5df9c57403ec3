import { z } from 'zod';
import { externalId, jsonObject, metadata } from '../validation.js';

const MAX_KILOBYTES = 64;

/** What a message says, as it was given: never trimmed. */
const messageText = z
  .string('Must be a string; null is not allowed here.')
  .refine((value) => value.trim().length > 0, 'Must not be empty.')
  .refine(
    (value) => Buffer.byteLength(value, 'utf8') <= MAX_KILOBYTES * 1024,
    `Must have at most ${MAX_KILOBYTES} KB.`,
  );

/** The fields of a message that every input which sends one has. */
export const messageFields = {
  text: messageText.optional(),
  content: jsonObject(MAX_KILOBYTES)
    .refine((value) => Object.keys(value).length > 0, 'Must not be empty.')
    .optional(),
  uploadKeys: z
    .array(z.string(), 'Must be a list of upload keys; null is not allowed here.')
    .refine((keys) => keys.length === 0, 'Names an upload that the workspace does not have.')
    .optional(),
  metadata: metadata.optional(),
  direction: z.enum(['INBOUND', 'OUTBOUND'], 'Must be INBOUND or OUTBOUND; null is not allowed here.').optional(),
  externalId: externalId.optional(),
  clientMessageId: externalId.optional(),
};

type Saying = { text?: string | undefined; content?: object | undefined };

/** A message needs something to say. */
export function saysSomething({ text, content }: Saying): boolean {
  return text !== undefined || content !== undefined;
}

export const saysNothing = { path: ['text'], message: 'Give text, content or uploadKeys.' };

/** The text and content that are kept: each is made from the other where only one is given. */
export function normalizeContent({ text, content }: Saying): { text: string | null; content: object } {
  if (content === undefined) return { text: text ?? null, content: { type: 'text', text: text ?? '' } };
  const inner: unknown = Reflect.get(content, 'text');
  return { text: text ?? (typeof inner === 'string' ? inner : null), content };
}
