import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';

/** Of the whole address. The limit of 64 for the local part is one that services with long reply addresses exceed. */
const MAX_OCTETS = 254;

/** What may stand in a local part without quotes: atext of RFC 5321 and, by RFC 6531, all beyond ASCII that is visible. */
const dotString = /^(?:[\w!#$%&'*+/=?^`{|}~-]|\P{ASCII})+(?:\.(?:[\w!#$%&'*+/=?^`{|}~-]|\P{ASCII})+)*$/u;
/** Joiners belong to the spelling of words in some scripts, but only behind a letter of theirs. */
const invisible = /[\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}|(?<![\p{L}\p{M}])[\u200c\u200d]/u;
const label = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Characters that NFC replaces by ASCII ones, such as the Kelvin sign by K. They are other characters than those. */
const notAscii = /[^\u212a\u1fef\u037e]+/g;

/**
 * Reads an email address that a mail server may deliver to, by RFC 5321 and RFC 6531. Returns the spelling that stands
 * for all of one address; undefined if it is none. In a local part only ASCII letters are lowered: other scripts have
 * letters that lower to those of other words, such as the Kelvin sign to k.
 */
export function parseEmail(given: string): string | undefined {
  const written = given.replace(/^[\p{Cf}\s]+|[\p{Cf}\s]+$/gu, '');
  const at = written.lastIndexOf('@');
  const local = localPart(written.slice(0, Math.max(at, 0)));
  const domain = domainPart(written.slice(at + 1));
  if (local === undefined || domain === undefined) return undefined;
  const address = `${local}@${domain}`;
  return Buffer.byteLength(address, 'utf8') <= MAX_OCTETS ? address : undefined;
}

const composed = (text: string) => text.replace(notAscii, (part) => part.normalize('NFC'));
const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** The local part with no more quotes than it needs: with and without them it names the same mailbox. */
function localPart(written: string): string | undefined {
  if (invisible.test(written)) return undefined;
  const [, quoted] = /^"((?:[^"\\]|\\[ -~])*)"$/u.exec(written) ?? [];
  const local = lowerAscii(composed(quoted?.replace(/\\(.)/gu, '$1') ?? written));
  if (dotString.test(local) && !/\p{Z}/u.test(local)) return local;
  return quoted === undefined ? undefined : `"${local.replace(/["\\]/g, '\\$&')}"`;
}

/** The domain with its labels in their ASCII form, or the literal of an IP address. */
function domainPart(written: string): string | undefined {
  const [, literal] = /^\[(.*)\]$/.exec(written) ?? [];
  if (literal !== undefined) return addressLiteral(literal);
  const labels = written.split('.').map(asciiLabel);
  const [last, ...others] = labels.reverse();
  if (others.length === 0 || !last || /^\d+$/.test(last) || labels.includes(undefined)) return undefined;
  return labels.reverse().join('.');
}

function addressLiteral(literal: string): string | undefined {
  const [, v6] = /^IPv6:(.*)$/i.exec(literal) ?? [];
  if (v6 !== undefined) return isIPv6(v6) && !v6.includes('%') ? `[IPv6:${lowerAscii(v6)}]` : undefined;
  return isIPv4(literal) ? `[${literal}]` : undefined;
}

/**
 * A label of a domain in lower-case ASCII. One beyond ASCII must be a U-label (RFC 5890): a spelling that the conversion
 * has to change in more than case, such as one with a fullwidth letter or a Kelvin sign, is no domain of its own, and not
 * taken for somebody else's either.
 */
function asciiLabel(written: string): string | undefined {
  const lower = lowerAscii(written);
  if (/^\p{ASCII}*$/u.test(lower)) return label.test(lower) ? lower : undefined;
  const unicode = composed([...lower].map(lowerLetter).join(''));
  const ascii = domainToASCII(unicode);
  return label.test(ascii) && domainToUnicode(ascii) === unicode ? ascii : undefined;
}

/** Lowers a letter of any script, unless that would make it an ASCII one. */
function lowerLetter(letter: string): string {
  const lower = letter.toLowerCase();
  return /\p{ASCII}/u.test(lower) && !/\p{ASCII}/u.test(letter) ? letter : lower;
}
