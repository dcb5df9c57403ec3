import { toJsonObject } from '../../lib/validation.js';

type TextAndContent = { text?: string | undefined; content?: object | undefined };

/** The text and content to store: if only one is given, the other is derived from it. */
export function normalizeContent({ text, content }: TextAndContent): { text: string | null; content: object } {
  if (content === undefined && text === undefined) return { text: null, content: {} };
  if (content === undefined) return { text: text ?? null, content: { type: 'text', text: text ?? '' } };
  return { text: text ?? textOf(content), content };
}

/** The text of a content, or else its caption. */
function textOf(content: object): string | null {
  const { text, caption } = toJsonObject(content);
  if (typeof text === 'string') return text;
  return typeof caption === 'string' ? caption : null;
}

const captioned: unknown[] = ['image', 'document', 'audio', 'video', 'sticker'];

/** A content with its text or caption replaced and everything else kept. */
export function replaceText(content: unknown, text: string): object {
  const current = toJsonObject(content);
  if (Object.keys(current).length === 0) return { type: 'text', text };
  if (typeof current.text === 'string') return { ...current, text };
  if (typeof current.caption === 'string' || captioned.includes(current.type)) return { ...current, caption: text };
  return current;
}
