import { expect, it } from 'vitest';
import { phoneParts } from '../../../src/domain/search/phone-parts.js';
import { useParley } from '../../support/fixtures.js';

const parley = useParley();

/** Up to here all characters are older than the Unicode of PostgreSQL 15. */
const END = 0xa7f0;

/** All letters, marks and digits, each as a text. */
const characters = Array.from({ length: END }, (_, code) => String.fromCharCode(code)).filter((character) =>
  /[\p{L}\p{M}\p{N}]/u.test(character),
);

async function fold(texts: string[]): Promise<string[]> {
  const rows = await parley.database.prisma.$queryRaw<{ folded: string }[]>`
    SELECT parley_fold(text) AS folded FROM unnest(${texts}::text[]) WITH ORDINALITY texts (text, place) ORDER BY place`;
  return rows.map(({ folded }) => folded);
}

/** The characters that are folded to something else in another form. */
async function different(form: (character: string) => string): Promise<string[]> {
  const [folded, other] = await Promise.all([fold(characters), fold(characters.map(form))]);
  return characters.filter((_, index) => folded[index] !== other[index]);
}

it.each(['NFC', 'NFD', 'NFKC', 'NFKD'])('every character is searched the same in the form %s', async (form) => {
  expect(await different((character) => character.normalize(form))).toEqual([]);
});

it('every letter is searched the same in capitals, except for the iota below Greek ones, which becomes a letter', async () => {
  const capitals = await different((character) => character.toUpperCase());
  expect(capitals.filter((character) => !character.normalize('NFD').includes('\u0345'))).toEqual([]);
  expect(await different((character) => character.toLowerCase())).toEqual([]);
});

it('what is folded once stays as it is', async () => {
  const once = await fold(characters);
  expect(await fold(once)).toEqual(once);
});

it('a search is a query of nothing but its words, whatever characters it has', async () => {
  const signs = Array.from({ length: 0x3100 }, (_, code) => String.fromCharCode(code + 1)).filter(
    (sign) => !/[\p{L}\p{M}\p{N}\p{Cn}]/u.test(sign),
  );
  const [row] = await parley.database.prisma.$queryRaw<{ queries: string[] }[]>`
    SELECT array_agg(DISTINCT querytree(parley_query('alpha' || sign || sign || '|' || sign || 'beta'))) AS queries
    FROM unnest(${signs}::text[]) sign`;
  // With a sign that may be left out, or stands for letters, such as ™, the words come closer, but no operator comes in.
  for (const query of row?.queries ?? []) expect(query).toMatch(/^('[^']+'(:\*)?|[ &|()])+$/);
});

it.each([
  ['+44 (0)20 7946 0011', ['442079460011']],
  ['020–7946–0011', ['02079460011', '2079460011']],
  ['0011', ['0011']],
  ['8 (916) 123-45-67', ['89161234567', '9161234567']],
  ['011', []],
  ['12a4', []],
])('the phone number %s is sought by %j', (text, parts) => {
  expect(phoneParts(text)).toEqual(parts);
});
