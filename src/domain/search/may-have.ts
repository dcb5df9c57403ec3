/** Characters that parley_fold leaves as they are: kana, Han and Hangul. */
export const PLAIN_RANGES = [
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x30fc, 0x30fc],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
] as const;

/** Letters of which most are folded to a single one: Latin, Greek, Cyrillic, Hebrew and Arabic. */
const LETTER_RANGES = [
  [0xc0, 0x17f],
  [0x386, 0x3ce],
  [0x400, 0x481],
  [0x48a, 0x52f],
  [0x5d0, 0x5ea],
  [0x621, 0x63a],
  [0x641, 0x64a],
  [0x1e00, 0x1e95],
  [0x1ea0, 0x1ef9],
] as const;

/** What parley_fold makes of small letters that Unicode does not decompose; nothing for those of which it makes two. */
const REPLACED: Record<string, string> = {
  ...{ ø: 'o', đ: 'd', ð: 'd', ł: 'l', ı: 'i', ħ: 'h', ŋ: 'n', ŧ: 't', ς: 'σ', ة: 'ه', ى: 'ي' },
  ...{ æ: '', þ: '', ß: '', œ: '' },
};

/** Signs that parley_fold makes a blank of. */
export const SEPARATORS = '\u00A0¡«°·»¿–—“”„•…€،؟、。「」！？';
/** Signs that a word is found with and without, and the selector of emoji, which parley_fold leaves out. */
export const SOFT = "'`´‘’\uFE0F";
/** Emoji, of which each is a word; not the colors of skin, which parley_fold leaves out. */
export const EMOJI = '\u2600-\u27BF\u{1F300}-\u{1F3FA}\u{1F400}-\u{1FAFF}';

const PLAIN = PLAIN_RANGES.map(([first, last]) => String.fromCodePoint(first, 0x2d, last)).join('');

/** What parley_fold makes of a letter; null if that is not a single letter. */
function foldedLetter(letter: string): string | null {
  const base = letter
    .normalize('NFKD')
    .replace(/[\u0300-\u036F\u0653-\u0655]/g, '')
    .toLowerCase();
  const folded = (REPLACED[base] ?? base).normalize('NFC');
  return /^\p{L}$/u.test(folded) ? folded : null;
}

/** Letters beside ASCII, by what each is folded to. */
export const knownLetters: ReadonlyMap<string, string> = new Map(
  LETTER_RANGES.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).flatMap((letter) => {
      const folded = foldedLetter(letter);
      return folded ? [[letter, folded] as const] : [];
    }),
  ),
);

/** Everything that is known, as the inside of a bracket of a regular expression, both here and in PostgreSQL. */
export const KNOWN = `\u0001-\u007F${[...knownLetters.keys()].join('')}${PLAIN}${SEPARATORS}${SOFT}${EMOJI}`;

const isKnown = new RegExp(`^[${KNOWN}]*$`, 'u');
const runs = new RegExp(`[${PLAIN}]+|[^${PLAIN}]+`, 'gu');

/** A bracket with the letters that are folded to this one. */
function variantsOf(letter: string): string {
  const others = [...knownLetters].flatMap(([other, folded]) => (folded === letter ? [other] : []));
  return `[${letter}${/[a-z]/.test(letter) ? letter.toUpperCase() : ''}${others.join('')}]`;
}

/**
 * A regular expression of PostgreSQL that fits all texts that have the words of a search, and few others: those with
 * characters that are not known, and those in which the longest word is a part of another one. It is tried in a fiftieth
 * of the time that parley_lexemes takes. null for a search with characters that are not known.
 */
export function textsThatMayHave(search: string): string | null {
  if (!isKnown.test(search)) return null;
  const folded = Array.from(search.toLowerCase(), (letter) => knownLetters.get(letter) ?? letter).join('');
  const words = (folded.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((word) => word.match(runs) ?? []);
  const [longest] = words.sort((a, b) => b.length - a.length);
  if (longest === undefined) return null;
  return `${Array.from(longest, variantsOf).join(`[${SOFT}]*`)}|[^${KNOWN}]`;
}
