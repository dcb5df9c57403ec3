import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { parsePhone } from '../../src/lib/phone.js';
import { currentPhone, phoneForms } from '../../src/lib/phone-forms.js';

const matching = (...patterns: RegExp[]) => fc.oneof(...patterns.map((pattern) => fc.stringMatching(pattern)));

/** Numbers of the countries that changed theirs, in the ways that they were and are written. */
const twofold = matching(
  /^\+521?[2-9]\d{9}$/,
  /^\+549?[1-3]\d{9}$/,
  /^\+55[1-9][1-9]9?[2-9]\d{7}$/,
  /^\+225(0[157])?[04-9]\d{7}$/,
  /^\+229(01)?[2-9]\d{7}$/,
  /^\+57(60)?[1-8][2-9]\d{6}$/,
  /^\+84(1[2689]\d|[35789]\d)\d{7}$/,
);
const anyNumber = fc.oneof(twofold, fc.stringMatching(/^\+[1-9]\d{6,14}$/));
const isArgentine = (number: string) => number.startsWith('+54');

describe('the forms of a phone number', () => {
  it('are the same for each of them, so that all find one contact', () =>
    fc.assert(
      fc.property(anyNumber, (number) => {
        const forms = phoneForms(number);
        expect(forms).toContain(number);
        for (const form of forms) expect([...phoneForms(form)].sort()).toEqual([...forms].sort());
        expect(new Set(forms.map((form) => phoneForms(form)[0])).size).toBe(1);
      }),
      { seed: 1, numRuns: 2000 },
    ));

  it('include no two numbers that can be in service at once', () =>
    fc.assert(
      fc.property(twofold, (number) => {
        const valid = phoneForms(number).filter((form) => parsePhoneNumberFromString(form)?.isValid());
        expect(valid.length).toBeLessThanOrEqual(isArgentine(number) ? 2 : 1);
      }),
      { seed: 1, numRuns: 3000 },
    ));

  it('stay one number for all that is valid and was never changed', () =>
    fc.assert(
      fc.property(anyNumber, (number) => {
        fc.pre(!isArgentine(number) && Boolean(parsePhoneNumberFromString(number)?.isValid()));
        expect(currentPhone(number)).toBe(number);
      }),
      { seed: 1, numRuns: 2000 },
    ));

  it.each([
    ['a Brazilian landline', '+551137654321', '+5511937654321'],
    ['a Brazilian radio telephone', '+551177654321', '+5511977654321'],
    ['another Mexican area', '+525512345678', '+523312345678'],
    ["another operator of Côte d'Ivoire", '+2250507123456', '+2250707123456'],
  ])('keep %s apart', (_name, one, other) => {
    expect(phoneForms(one)).not.toContain(other);
    expect(phoneForms(other)).not.toContain(one);
  });
});

describe('a phone number', () => {
  it('is stored in its current form however it was read, and reading that again changes nothing', () =>
    fc.assert(
      fc.property(twofold, (number) => {
        fc.pre(Boolean(parsePhoneNumberFromString(currentPhone(number))?.isValid()));
        const stored = parsePhone(number);
        expect(stored).toBe(currentPhone(number));
        expect(parsePhone(stored ?? '')).toBe(stored);
      }),
      { seed: 1, numRuns: 2000 },
    ));

  const number = '+4930123456';
  it.each([
    ['marks of direction', '\u202a+49 30 123456\u202c', number],
    ['isolates', '\u2066+49 30 123456\u2069', number],
    ['marks between its digits', '\u200e+49\u200f30\u200e123456', number],
    ['an Arabic letter mark', '\u061c+4930123456', number],
    ['a byte order mark', '\ufeff+4930123456', number],
    ['a fullwidth plus', '＋4930123456', number],
    ['fullwidth digits', '＋４９３０１２３４５６', number],
    ['a small plus', '﹢4930123456', number],
    ['Arabic digits', '+٤٩٣٠١٢٣٤٥٦', number],
    ['Persian digits', '+۴۹۳۰۱۲۳۴۵۶', number],
    ['Devanagari digits', '+४९३०१२३४५६', number],
    ['no-break spaces', '\u00a0+49\u00a030\u202f123456', number],
    ['a figure dash and a minus', '+49‒30−123456', number],
    ['a tel: URI', 'tel:+4930123456', number],
    ['a tel: URI in capitals with separators', 'TEL:+49-(30)-123.456', number],
    ['a tel: URI with parameters', 'tel:+1-201-555-0123;tsp=example.com', '+12015550123'],
    ['a tel: URI in marks of direction', '\u200etel:+4930123456\u200e', number],
  ])('is read with %s', (_name, written, read) => expect(parsePhone(written)).toBe(read));

  it.each([
    ['a local tel: URI', 'tel:7042;phone-context=+4930'],
    ['a tel: URI with an extension', 'tel:+4930123456;ext=12'],
    ['a tel: URI with a subaddress', 'tel:+4930123456;isub=1'],
    ['a tel: URI of letters', 'tel:+49CALLME'],
    ['an unknown country code', '+999123456789'],
    ['too few digits', '+4912'],
    ['words', '+4930123456 after six'],
  ])('is not %s', (_name, written) => expect(parsePhone(written)).toBeUndefined());

  it.each([
    ['of a range that the numbering plan has not assigned yet', '+6580001234', '+6580001234'],
    ['from Mexico as WhatsApp sends it', '+5215512345678', '+525512345678'],
    ['from Brazil without the ninth digit', '+551187654321', '+5511987654321'],
    ['from Argentina with the 9', '+5491123456789', '+5491123456789'],
    ['from Argentina without the 9', '+541123456789', '+541123456789'],
    ["from Côte d'Ivoire of 8 digits", '+22507123456', '+2250707123456'],
    ['from Benin of 8 digits', '+22997123456', '+2290197123456'],
    ['from Colombia without the 60', '+5716012345', '+576016012345'],
    ['from Vietnam with 11 digits', '+841234567890', '+84834567890'],
  ])('is taken %s', (_name, written, stored) => expect(parsePhone(written)).toBe(stored));
});
