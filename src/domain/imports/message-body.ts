import { contentSchemas } from '../messages/content-schemas.js';

export type Attachment = {
  type: 'image' | 'audio' | 'video' | 'document';
  url: string;
  filename: string | null;
  mimeType: string | null;
  sizeBytes: number | null;
};

const MAX_TEXT_BYTES = 64 * 1024;
/** The attributes that describe the other attachments of a message must leave room for the rest of its content. */
const MAX_OTHERS = 20;

/** The text and content of a message as they are stored, of what a product has. */
export function bodyOf(
  text: string | null,
  attachments: readonly Attachment[],
): { text: string | null; content: object; lost: Attachment[] } {
  const stored = storable(text);
  const usable = attachments.filter(isUsable);
  const lost = attachments.filter((attachment) => !usable.includes(attachment));
  const [first, ...others] = usable.map(mediaOf);
  if (!first) return { text: stored, content: stored === null ? {} : { type: 'text', text: stored }, lost };
  const content = {
    ...first,
    ...(stored === null ? {} : { caption: stored }),
    ...(others.length > 0 ? { attachments: others.slice(0, MAX_OTHERS) } : {}),
  };
  return { text: stored, content, lost };
}

function mediaOf({ type, url, filename, mimeType, sizeBytes }: Attachment) {
  return {
    type,
    url,
    ...(filename ? { filename: filename.slice(0, 255) } : {}),
    ...(mimeType ? { mimeType: mimeType.slice(0, 255) } : {}),
    ...(sizeBytes ? { sizeBytes } : {}),
  };
}

function isUsable(attachment: Attachment): boolean {
  return contentSchemas.get(attachment.type)?.safeParse(mediaOf(attachment)).success ?? false;
}

/** A text that can be stored: cut at the longest that a message may have, and null if nothing of it can be seen. */
function storable(text: string | null): string | null {
  if (text === null || text.trim() === '') return null;
  const clean = cleaned(text);
  if (Buffer.byteLength(clean) <= MAX_TEXT_BYTES) return clean;
  const cut = Buffer.from(clean)
    .subarray(0, MAX_TEXT_BYTES - 4)
    .toString('utf8');
  return `${cut.replace(/\uFFFD+$/, '')}…`;
}

/** A text without what PostgreSQL cannot store. */
export function cleaned(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** A name, subject or tag of at most so many characters; null if there is none. */
export function shortText(text: string | null | undefined, max: number): string | null {
  const clean = cleaned(text ?? '').trim();
  return clean === '' ? null : cleaned(clean.slice(0, max));
}

/** Tags as they can be stored: each once, and the first of them if there are too many. */
export function tagsOf(names: readonly string[]): string[] {
  return [...new Set(names.flatMap((name) => shortText(name, 64) ?? []))].slice(0, 50);
}
