import type { Assignable } from '../shared/inbox-context.js';

/** A name that is being written after an @. */
export type Mention = { start: number; end: number; people: readonly Assignable[] };

/** At most so many names are suggested. */
const MOST = 6;

/** Whom the text before the caret may be about to mention; null if nobody. */
export function mentionAt(text: string, caret: number, users: readonly Assignable[]): Mention | null {
  const start = text.lastIndexOf('@', caret - 1);
  if (start < 0 || /\S/.test(text.charAt(start - 1))) return null;
  const begun = text.slice(start + 1, caret).toLowerCase();
  const people = users.filter(({ name }) => name.toLowerCase().startsWith(begun) && name.length > begun.length);
  return people.length > 0 ? { start, end: caret, people: people.slice(0, MOST) } : null;
}

/** The ids of those whom a text mentions. */
export function mentionedIn(text: string, users: readonly Assignable[]): string[] {
  const parts = partsOf(
    text,
    users.map(({ name }) => name),
  );
  const mentioned = new Set(parts.flatMap((part) => (part.isMention ? part.text : [])));
  return users.flatMap(({ id, name }) => (mentioned.has(`@${name}`) ? id : []));
}

/** A text in parts, of which those about somebody are marked. */
export function partsOf(text: string, names: readonly string[]): { text: string; isMention: boolean; at: number }[] {
  if (names.length === 0) return [{ text, isMention: false, at: 0 }];
  // The longest first: a name can begin another, as Ann does Ann Smith, or only a word, as Ann does Anna.
  const longestFirst = [...names].sort((one, other) => other.length - one.length);
  const escaped = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  let at = 0;
  return text.split(new RegExp(`(@(?:${escaped.join('|')})(?![\\p{L}\\p{M}\\p{N}]))`, 'u')).map((part, index) => {
    const here = { text: part, isMention: index % 2 === 1, at };
    at += part.length;
    return here;
  });
}
