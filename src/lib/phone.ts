import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { currentPhone } from './phone-forms.js';

/**
 * Reads a phone number with its country code, also in the digits of other scripts, in a text with marks of direction, or
 * as a `tel:` URI. Returns it in E.164; undefined if it is none. Only what cannot be a number by its country code and
 * length is refused: the server's copy of the numbering plans may not know yet what a customer was given.
 */
export function parsePhone(given: string): string | undefined {
  const written = fromUri(plain(given));
  if (!written?.startsWith('+')) return undefined;
  const parsed = parsePhoneNumberFromString(written, { extract: false });
  if (!parsed || parsed.ext) return undefined;
  const number = currentPhone(parsed.number);
  return parsePhoneNumberFromString(number)?.isPossible() ? number : undefined;
}

/** Text without invisible characters, and with the ASCII characters of plus signs, digits, spaces and hyphens. */
function plain(text: string): string {
  return text
    .replace(/\p{Cf}/gu, '')
    .replace(/[＋﹢]/gu, '+')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(/[\p{Z}\s]+/gu, ' ')
    .replace(/[\p{Pd}−]/gu, '-')
    .trim();
}

/** Unicode encodes the decimal digits of each script in order, next to nothing but other such tens. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}

/**
 * The number of a `tel:` URI (RFC 3966); other texts as they are. Parameters say how to place the call and are ignored,
 * except for an extension or a subaddress: who is reached then is not whom the number stands for.
 */
function fromUri(text: string): string | undefined {
  const [, uri] = /^tel:(.*)$/isu.exec(text) ?? [];
  if (uri === undefined) return text;
  const [number = '', ...parameters] = uri.split(';');
  if (parameters.some((parameter) => /^(?:ext|isub)(?:=|$)/i.test(parameter.trim()))) return undefined;
  const written = number.replace(/%2B/i, '+').trim();
  return /^\+[\d .()-]+$/.test(written) ? written : undefined;
}
