import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmail } from '../../src/lib/email.js';

describe('an email address', () => {
  it.each([
    'o&m@example.com',
    'info/sales@example.com',
    'prvs=123=joe@example.com',
    "!#$%&'*+/=?^_`{|}~-@example.com",
    'bounce+ada=example.org@mail.example.com',
    'user@xn--e1afmkfd.xn--p1ai',
    'a@x.museum',
    'a@1a.example',
    '用户@example.com',
    'почта@example.com',
    'ñandú.ö@example.com',
    'नमस्ते@example.com',
    '😀@example.com',
    '"joe bloggs"@example.com',
    '"a@b"@example.com',
    '"a..b"@example.com',
    '".a"@example.com',
    '"\\""@example.com',
    '"\\\\"@example.com',
    '""@example.com',
    'a@[192.0.2.1]',
    'a@[IPv6:2001:db8::1]',
    `${'x'.repeat(64)}@example.com`,
    `${'ö'.repeat(32)}@example.com`,
    `reply+${'x'.repeat(200)}@example.com`,
  ])('is taken as it is: %s', (address) => expect(parseEmail(address)).toBe(address));

  it.each([
    ['', 'nothing'],
    ['carla@', 'no domain'],
    ['@example.com', 'no local part'],
    ['a@b', 'a domain without a dot'],
    ['a@1.2.3.4', 'an IP address without brackets'],
    ['a@[1.2.3]', 'a literal that is no address'],
    ['a@[IPv6:fe80::1%eth0]', 'a literal with a zone'],
    ['a..b@example.com', 'two dots'],
    ['.a@example.com', 'a dot at the start'],
    ['a.@example.com', 'a dot at the end'],
    ['a b@example.com', 'a space'],
    ['a\u00a0b@example.com', 'a no-break space'],
    ['a,b@example.com', 'a comma'],
    ['a@b@example.com', 'two @'],
    ['"a"b"@example.com', 'a quote within quotes'],
    ['"a@example.com', 'a quote that does not end'],
    ['"a\n"@example.com', 'a line break'],
    ['a\u202eb@example.com', 'a mark of direction inside'],
    ['a\u200bb@example.com', 'an invisible space'],
    ['a@exa mple.com', 'a space in the domain'],
    ['a@-b.com', 'a hyphen before a label'],
    ['a@b_c.com', 'an underscore in the domain'],
    ['a@b..com', 'an empty label'],
    [`a@${'x'.repeat(64)}.com`, 'a label of 64 characters'],
    [`${'x'.repeat(64)}@${'y.'.repeat(94)}com`, 'an address of 255 octets'],
    ['joe@ｅxample.com', 'a fullwidth letter in the domain'],
    ['joe@example。com', 'another script’s dot'],
    ['joe@ﬁ.com', 'a ligature in the domain'],
    ['joe@\u212aelvin.com', 'a Kelvin sign in the domain'],
    ['joe@ma\u017fs.com', 'a long s in the domain'],
    ['joe@İ.com', 'a dotted capital I in the domain'],
  ])('is refused: %j (%s)', (address) => expect(parseEmail(address)).toBeUndefined());

  it.each([
    ['ASCII letters in upper case', 'Ada.L@EXAMPLE.Com', 'ada.l@example.com'],
    ['white space around it', ' ada@example.com\t', 'ada@example.com'],
    ['marks of direction around it', '\u200eada@example.com\u200f', 'ada@example.com'],
    ['U-labels', 'user@пример.рф', 'user@xn--e1afmkfd.xn--p1ai'],
    ['U-labels in upper case', 'user@ПРИМЕР.РФ', 'user@xn--e1afmkfd.xn--p1ai'],
    ['A-labels in upper case', 'user@XN--E1AFMKFD.XN--P1AI', 'user@xn--e1afmkfd.xn--p1ai'],
    ['decomposed letters', 'ju\u0308rgen@mu\u0308nchen.example', 'jürgen@xn--mnchen-3ya.example'],
    ['needless quotes', '"joe"@example.com', 'joe@example.com'],
    ['needless backslashes', '"j\\oe b"@example.com', '"joe b"@example.com'],
  ])('is the same with %s', (_name, written, address) => expect(parseEmail(written)).toBe(address));

  it.each([
    ['a Kelvin sign', '\u212aim@example.com', 'kim@example.com'],
    ['a long s', 'jo\u017f@example.com', 'jos@example.com'],
    ['a dotless i', 'k\u0131m@example.com', 'kim@example.com'],
    ['a dotted capital I', '\u0130an@example.com', 'ian@example.com'],
    ['a fullwidth letter', 'ａda@example.com', 'ada@example.com'],
    ['a Cyrillic letter', '\u0430da@example.com', 'ada@example.com'],
    ['another letter’s case', 'Ölaf@example.com', 'ölaf@example.com'],
    ['a ß', 'ada@stra\u00dfe.de', 'ada@strasse.de'],
  ])('is another one with %s', (_name, written, other) => {
    expect(parseEmail(written)).toBeDefined();
    expect(parseEmail(written)).not.toBe(parseEmail(other));
  });

  it('in ASCII is never the spelling of one with another character', () => {
    const ascii = new Set(['ada@example.com']);
    for (let code = 0x80; code <= 0x10_ffff; code += 1) {
      const character = String.fromCodePoint(code);
      if (/[\p{Cs}\p{Cn}\p{Co}]/u.test(character)) continue;
      for (const address of [`a${character}a@example.com`, `a@e${character}.com`]) {
        const local = parseEmail(address);
        if (local?.startsWith('a@') && !local.startsWith('a@xn--')) ascii.add(local);
        if (local && !local.startsWith('a@') && /^\p{ASCII}*$/u.test(local)) ascii.add(local);
      }
    }
    expect([...ascii]).toEqual(['ada@example.com']);
  });

  it('is read to the same again', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.emailAddress(),
          fc.string({ unit: 'binary' }).map((local) => `${local}@example.com`),
        ),
        (given) => {
          const address = parseEmail(given);
          if (address !== undefined) expect(parseEmail(address)).toBe(address);
        },
      ),
      { seed: 1, numRuns: 2000 },
    ));
});
