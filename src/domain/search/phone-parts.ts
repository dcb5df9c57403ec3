const SHORTEST = 4;
/** What people write into a phone number, besides its digits: blanks, brackets, dots, slashes and any dashes. */
const WRITTEN_AS_PHONE = /^(tel:)?[\p{Nd}\s\p{Cf}+().,/\p{Pd}\u2212]+$/iu;

/**
 * The digits by which a phone number may be stored that is written in this way, or that ends or begins so; none if the text
 * is no phone number or has fewer than four digits. Numbers are stored with the code of their country and without the prefix
 * that is dialed before a national number: `020 7946 0011` and `+44 (0)20 7946 0011` are both stored as `+442079460011`.
 */
export function phoneParts(text: string): string[] {
  if (!WRITTEN_AS_PHONE.test(text)) return [];
  const digits = digitsOf(text.replace(/\(0\)/g, ''));
  const parts = [digits, digits.replace(/^0+/, '')];
  // Russia and its neighbours dial 8 before national numbers of ten digits (https://www.itu.int/oth/T02020000AD/en).
  if (/^8\d{10}$/.test(digits)) parts.push(digits.slice(1));
  return [...new Set(parts)].filter((part) => part.length >= SHORTEST);
}

/** The digits of a text as 0 to 9. In Unicode the ten digits of a script follow each other, beginning with zero. */
function digitsOf(text: string): string {
  return Array.from(text.matchAll(/\p{Nd}/gu), ([digit]) => digitValue(digit)).join('');
}

function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}
