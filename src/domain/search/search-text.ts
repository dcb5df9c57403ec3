import { z } from 'zod';

const MAX_LENGTH = 200;
const MAX_WORDS = 16;
const SHORTEST_SIMILAR = 3;
const SHORTEST_PHONE = 4;

/** What PostgreSQL's parley_words() takes for blank: the two must agree. */
const BLANK = /[\s!-/:-@[-`{-~\u00A0-\u00BF\u2000-\u206F\u3000-\u303F]+/u;
/** Scripts that write no blanks between words: each character counts as a word. */
const UNSPACED = /[\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]/u;

/** What somebody searches for, in the forms that the indexes answer. */
export type SearchTerms = {
  /** A tsquery: all words in any order, the last one by its beginning. */
  words: string;
  /** What names are compared with; null where it is too short to be like anything. */
  similar: string | null;
  /** A pattern of a phone number; null where there are too few digits. */
  phone: string | null;
};

function characters(word: string): string[] {
  return word.split(new RegExp(`(${UNSPACED.source})`, 'u')).filter((part) => part !== '');
}

/** A word as a tsquery: its characters next to each other where its script writes no blanks. */
function lexemes(word: string, suffix: '' | ':*'): string {
  const parts = characters(word);
  const quoted = parts.map((part, index) => `'${part}'${index === parts.length - 1 ? suffix : ''}`);
  return quoted.length > 1 ? `(${quoted.join(' <-> ')})` : quoted.join('');
}

/** The terms of a search text, or null where it holds no word at all. */
export function searchTerms(text: string): SearchTerms | null {
  const words = text
    .split(BLANK)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS);
  if (words.length === 0) return null;
  const digits = text.replace(/\D/g, '').replace(/^0+/, '');
  const onlyDigits = /^[\d\s+()./-]+$/.test(text);
  const plain = words.join(' ');
  return {
    words: words.map((word, index) => lexemes(word, index === words.length - 1 ? ':*' : '')).join(' & '),
    similar: plain.length >= SHORTEST_SIMILAR ? plain : null,
    phone: onlyDigits && digits.length >= SHORTEST_PHONE ? `%${digits}%` : null,
  };
}

/** Reads a search text. */
export const searchText = z
  .string()
  .max(MAX_LENGTH, `Must have at most ${MAX_LENGTH} characters.`)
  .transform((text, context) => {
    const terms = searchTerms(text);
    if (terms) return terms;
    context.addIssue({ code: 'custom', message: 'Must hold at least one letter or digit.' });
    return z.NEVER;
  });
