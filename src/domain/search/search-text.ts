import { z } from 'zod';
import { optional, rule } from '../../lib/input.js';
import { phoneParts } from './phone-parts.js';

const MAX_LENGTH = 200;
const SHORTEST_SIMILAR = 3;

const LETTERS =
  /[\p{L}\p{N}\u231A\u231B\u23E9-\u23F3\u23F8-\u23FA\u2600-\u27BF\u2B1B\u2B1C\u2B50\u2B55\u{1F000}-\u{1FAFF}]/gu;
/** A character of a script without blanks, or an emoji, of those that parley_unspaced() lists. */
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{sc=Bopo}\p{sc=Yiii}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Java}\p{sc=Bali}\p{sc=Tale}\p{sc=Talu}\p{sc=Lana}\p{sc=Tavt}\u231A\u231B\u23E9-\u23F3\u23F8-\u23FA\u2600-\u27BF\u2B1B\u2B1C\u2B50\u2B55\u{1F000}-\u{1FAFF}]/u;

/** A search text, and the ways in which it can be looked up. */
export type SearchTerms = {
  /** As it was given: the database splits it into words, as it does what is stored. */
  text: string;
  /** Whether it is long enough to compare names with by similarity. */
  isSimilar: boolean;
  /** Whether it has words in a script that writes no blanks between them. */
  isUnspaced: boolean;
  /** LIKE patterns for phone numbers; none unless the text is a part of one with enough digits. */
  phones: string[];
};

/** The terms of a search text; null if it contains no letter, digit or emoji. */
export function searchTerms(text: string): SearchTerms | null {
  const plain = text.normalize('NFKC');
  const letters = plain.match(LETTERS)?.length ?? 0;
  if (letters === 0) return null;
  return {
    text,
    isSimilar: letters >= SHORTEST_SIMILAR,
    isUnspaced: UNSPACED.test(plain),
    phones: phoneParts(plain).map((digits) => `%${digits}%`),
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
      context.addIssue({ code: 'custom', message: 'Must contain at least one letter, digit or emoji.' });
      return z.NEVER;
    }),
  `At most ${MAX_LENGTH} characters.`,
);

/** The search of a list of contacts or prospects. */
export const peopleSearch = optional(
  searchText,
  'Searches names and email addresses (all words, the last one as a prefix), similar names, and parts of phone numbers.',
);
