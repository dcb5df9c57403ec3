/**
 * Two ways to write one phone number in E.164. `old` matches the one that is or was written besides the current one, and
 * `current` exactly what `old` becomes, so that neither way can be another subscriber's number.
 */
type Equivalence = {
  country: string;
  old: RegExp;
  toCurrent: string;
  current: RegExp;
  toOld: string;
  /** Whether the old way is still one that numbers are called by, so that a number is stored the way it was given. */
  bothInUse?: true;
};

/** Digits that follow the country code, of which a change replaced the first ones. */
const renumbered = (country: string, code: string, before: string, after: string, rest: string): Equivalence => ({
  country,
  old: new RegExp(`^\\+${code}${before}(${rest})$`),
  toCurrent: `+${code}${after}$1`,
  current: new RegExp(`^\\+${code}${after}(${rest})$`),
  toOld: `+${code}${before}$1`,
});

/** The old mobile prefixes of Vietnam and those they became. */
const vietnam = Object.entries({
  ...{ 120: '70', 121: '79', 122: '77', 126: '76', 128: '78', 123: '83', 124: '84', 125: '85', 127: '81', 129: '82' },
  ...{ 162: '32', 163: '33', 164: '34', 165: '35', 166: '36', 167: '37', 168: '38', 169: '39' },
  ...{ 186: '56', 188: '58', 199: '59' },
});

/**
 * All numbers that can be written in two ways. A country belongs here only if the two ways can never belong to two
 * people: where a digit was added, nobody may have got the number without it again, and where only some numbers got it,
 * the pattern leaves out the others. docs/phone-numbers.md describes the rules, and gives their sources.
 */
const equivalences: readonly Equivalence[] = [
  renumbered('Mexico', '52', '1', '', '[2-9]\\d{9}'),
  {
    country: 'Argentina',
    old: /^\+54([1-3]\d{9})$/,
    toCurrent: '+549$1',
    current: /^\+549([1-3]\d{9})$/,
    toOld: '+54$1',
    bothInUse: true,
  },
  {
    // Landlines begin with 2 to 5 and radio telephones with 7. They never got the 9, so that a mobile number with a 9
    // before such a digit is another one.
    country: 'Brazil',
    old: /^\+55([1-9][1-9])([689]\d{7})$/,
    toCurrent: '+55$19$2',
    current: /^\+55([1-9][1-9])9([689]\d{7})$/,
    toOld: '+55$1$2',
  },
  renumbered("Côte d'Ivoire, Moov", '225', '', '01', '[04-9][0-3]\\d{6}'),
  renumbered("Côte d'Ivoire, MTN", '225', '', '05', '[04-9][4-6]\\d{6}'),
  renumbered("Côte d'Ivoire, Orange", '225', '', '07', '[04-9][7-9]\\d{6}'),
  renumbered('Benin', '229', '', '01', '[2-9]\\d{7}'),
  // Numbers of 8 digits that begin with 46 are in use.
  renumbered('Colombia, landlines of area 4', '57', '4', '604', '[2-57-9]\\d{6}'),
  ...['1', '2', '5', '6', '7', '8'].map((area) =>
    renumbered('Colombia, landlines', '57', area, `60${area}`, '[2-9]\\d{6}'),
  ),
  ...vietnam.map(([before, after]) => renumbered('Vietnam', '84', before, after, '\\d{7}')),
];

/** A number in E.164, in the way it is stored: the current one, except where both are in use. */
export function currentPhone(number: string): string {
  const plan = equivalences.find(({ old, bothInUse }) => !bothInUse && old.test(number));
  return plan ? number.replace(plan.old, plan.toCurrent) : number;
}

/** All ways to write a number in E.164, the one that stands for all of them first. */
export function phoneForms(number: string): [key: string, ...others: string[]] {
  for (const { old, toCurrent, current, toOld } of equivalences) {
    if (old.test(number)) return [number.replace(old, toCurrent), number];
    if (current.test(number)) return [number, number.replace(current, toOld)];
  }
  return [number];
}
