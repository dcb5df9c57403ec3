import type { Refuse } from '../../lib/input.js';
import { toJsonObject } from '../../lib/validation.js';

export const contentDescription =
  'The full content. `type` is text (text, quickReplies), image, document, audio, video, sticker (url, caption, filename, mimeType), location (latitude, longitude, name, address), contact (name, phone, email), buttons (text, buttons), template (template: name, language, components) or reaction (messageId, emoji); further keys are kept. Content without a type is kept as it is given.';

type Saying = { text?: string | undefined; content?: object | undefined; uploadKeys?: string[] | undefined };

/** Refuses a message that has no text, content or upload. */
export function assertSaysSomething({ text, content, uploadKeys: keys = [] }: Saying, refuse: Refuse): void {
  if (text === undefined && content === undefined && keys.length === 0) {
    refuse('text', 'Give text, content or uploadKeys.');
  }
}

/** The text and content that are kept: each is made from the other where only one is given. */
export function normalizeContent({ text, content }: Saying): { text: string | null; content: object } {
  if (content === undefined && text === undefined) return { text: null, content: {} };
  if (content === undefined) return { text: text ?? null, content: { type: 'text', text: text ?? '' } };
  return { text: text ?? textOf(content), content };
}

/** What a content says in words: its text, else its caption. */
function textOf(content: object): string | null {
  const { text, caption } = toJsonObject(content);
  if (typeof text === 'string') return text;
  return typeof caption === 'string' ? caption : null;
}

const captioned: unknown[] = ['image', 'document', 'audio', 'video', 'sticker'];

/** A content that says another text: it stands where the old one stood, and all else stays. */
export function withText(content: unknown, text: string): object {
  const current = toJsonObject(content);
  if (Object.keys(current).length === 0) return { type: 'text', text };
  if (typeof current.text === 'string') return { ...current, text };
  if (typeof current.caption === 'string' || captioned.includes(current.type)) return { ...current, caption: text };
  return current;
}
