import { z } from 'zod';
import { optional, rule } from '../../lib/input.js';

const MAX_LENGTH = 200;
const MAX_WORDS = 16;
const SHORTEST_SIMILAR = 3;
const SHORTEST_PHONE = 4;

/** What separates words. PostgreSQL's parley_words() must use the same characters. */
const BLANK = /[\s!-/:-@[-`{-~\u00A0-\u00BF\u2000-\u206F\u3000-\u303F]+/u;
/** Scripts that do not separate words: each character counts as a word. */
const UNSPACED = /[\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]/u;

/** A search text, in the forms that the indexes can look up. */
export type SearchTerms = {
  /** A tsquery: all words, in any order; the last one matches by prefix. */
  words: string;
  /** The text to compare names with by similarity; null if it is too short for that. */
  similar: string | null;
  /** A LIKE pattern for phone numbers; null unless the text is a part of one with enough digits. */
  phone: string | null;
};

function characters(word: string): string[] {
  return word.split(new RegExp(`(${UNSPACED.source})`, 'u')).filter((part) => part !== '');
}

/** A word as a tsquery: adjacent characters if its script does not separate words. */
function lexemes(word: string, suffix: '' | ':*'): string {
  const parts = characters(word);
  const quoted = parts.map((part, index) => `'${part}'${index === parts.length - 1 ? suffix : ''}`);
  return quoted.length > 1 ? `(${quoted.join(' <-> ')})` : quoted.join('');
}

/** The terms of a search text; null if it contains no word. Words after the 16th are ignored. */
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

/** The text that a caller searches for, parsed to its terms. */
export const searchText = rule(
  'String',
  z
    .string()
    .max(MAX_LENGTH, `Must have at most ${MAX_LENGTH} characters.`)
    .transform((text, context) => {
      const terms = searchTerms(text);
      if (terms) return terms;
      context.addIssue({ code: 'custom', message: 'Must contain at least one letter or digit.' });
      return z.NEVER;
    }),
  `At most ${MAX_LENGTH} characters.`,
);

/** The search of a list of contacts or prospects. */
export const peopleSearch = optional(
  searchText,
  'Searches names and email addresses (all words, the last one as a prefix), similar names, and parts of phone numbers.',
);
