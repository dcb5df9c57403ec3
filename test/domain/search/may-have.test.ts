import { expect, it } from 'vitest';
import {
  EMOJI,
  KNOWN,
  knownLetters,
  PLAIN_RANGES,
  SEPARATORS,
  SOFT,
  textsThatMayHave,
} from '../../../src/domain/search/may-have.js';
import { useParley } from '../../support/fixtures.js';
import { seededRandom } from '../../support/seeded-random.js';

const parley = useParley();

const rangeOf = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));

/** The characters of which the database folds a text otherwise than it is expected, among other letters. */
async function foldedOtherwise(expected: [text: string, folded: string][]): Promise<string[]> {
  const rows = await parley.database.prisma.$queryRaw<{ text: string }[]>`
    SELECT text FROM unnest(${expected.map(([text]) => text)}::text[], ${expected.map(([, folded]) => folded)}::text[])
      AS e(text, folded) WHERE parley_fold(text) <> folded`;
  return rows.map(({ text }) => text);
}

it('the characters that are known are folded as it is assumed', async () => {
  const emoji = [...rangeOf(0x2600, 0x27bf), ...rangeOf(0x1f300, 0x1f3fa), ...rangeOf(0x1f400, 0x1faff)];
  expect(emoji.every((each) => new RegExp(`[${EMOJI}]`, 'u').test(each))).toBe(true);
  const expected: [string, string][] = [
    ...[...knownLetters].map(([letter, folded]): [string, string] => [`x${letter}y`, `x${folded}y`]),
    ...PLAIN_RANGES.map(([first, last]) => rangeOf(first, last).join('')).map((text): [string, string] => [text, text]),
    ...Array.from(SEPARATORS, (separator): [string, string] => [`x${separator}y`, 'x y']),
    ...Array.from(SOFT, (sign): [string, string] => [`x${sign}y`, sign === '\uFE0F' ? 'xy' : "x'y"]),
    ...emoji.map((each): [string, string] => [`x${each}y`, `x${each}y`]),
  ];
  expect(await foldedOtherwise(expected)).toEqual([]);
});

const COMMON = Array.from("aebosAEBOS01'’` -.,éÉöøØşŞıIİйиЙЕеёσςΣاأةى退款がガー한국😀");
/** What is not known how it is folded. */
const STRANGE = Array.from('ßæœ🏻❤\uFE0F\u0301\u200B\u00ADﬁ①½');

it('no text that has the words of a search is ruled out', { timeout: 30_000 }, async () => {
  const random = seededRandom(20_261_129);
  const draw = (least: number, most: number) =>
    Array.from({ length: least + Math.floor(random() * (most - least + 1)) }, () => {
      const letters = random() < 0.05 ? STRANGE : COMMON;
      return letters[Math.floor(random() * letters.length)] ?? '';
    }).join('');
  const pairs = Array.from({ length: 4000 }, () => {
    const search = draw(1, 4);
    // Half of the texts have the search in them, perhaps written otherwise.
    const written = [search, search.toUpperCase(), search.normalize('NFD'), [...search].join('’'), draw(1, 4)];
    return { search, text: `${draw(0, 3)}${written[Math.floor(random() * written.length)]}${draw(0, 3)}` };
  }).filter(({ search }) => /[\p{L}\p{N}]/u.test(search));
  const patterns = pairs.map(({ search }) => textsThatMayHave(search));
  const rows = await parley.database.prisma.$queryRaw<{ has: boolean; may: boolean; text: string; search: string }[]>`
    SELECT search, text, text COLLATE "C" ~ pattern AS may,
      coalesce(parley_lexemes(text) @@ parley_query(search) AND parley_contains(text, search), false) AS has
    FROM unnest(${pairs.map(({ search }) => search)}::text[], ${pairs.map(({ text }) => text)}::text[],
      ${patterns}::text[]) AS p(search, text, pattern) WHERE pattern IS NOT NULL`;
  expect(rows.filter(({ has, may }) => has && !may)).toEqual([]);
  expect(rows.filter(({ has }) => has).length).toBeGreaterThan(300);
  expect(rows.filter(({ may }) => !may).length).toBeGreaterThan(300);
});

it('most of what does not have the words is ruled out, in many languages', async () => {
  const pattern = textsThatMayHave('refund now');
  const texts = [
    'Where is my parcel?',
    'Où est mon colis ?',
    'Wo ist “es”…',
    'Где моя посылка?',
    '荷物はいつ届きますか。',
    '주문',
    'أين طلبي؟',
  ];
  const rows = await parley.database.prisma.$queryRaw<{ text: string }[]>`
    SELECT text FROM unnest(${texts}::text[]) t(text) WHERE text COLLATE "C" ~ ${pattern}`;
  expect(rows).toEqual([]);
  expect(KNOWN.length).toBeLessThan(1200);
});
