import { array, assert, constantFrom, double, jsonValue, property, record, string, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isExact, markInexactNumbers } from '../../src/lib/exact-numbers.js';

describe('a number', () => {
  it.each([
    ...['0', '-0', '0.0', '1.0', '0.1', '100', '1e3', '1E+3', '1e-3', '0e999', '-12.50', '123456789012345'],
    ...['9007199254740991', '9007199254740992', '1000000000000000000000', '1e21', '1.7976931348623157e308', '5e-324'],
    ...['0.30000000000000004', '1234567.000000000000000', '0.000000000000000000001', `1${'0'.repeat(308)}`],
  ])('is kept: %s', (token) => {
    expect(isExact(token)).toBe(true);
  });

  it.each([
    ...['9007199254740993', '-9007199254740993', '750727362669608961', '12345678901234567890', '1e400', '-1e400'],
    ...['1e-400', '2e-324', '0.1000000000000000055511151231257827', '3.14159265358979323846', `1${'0'.repeat(400)}`],
    ...['1234567.1234567890123', '1.7976931348623159e308', `0.${'0'.repeat(400)}1`],
  ])('is not kept: %s', (token) => {
    expect(isExact(token)).toBe(false);
  });

  it('is kept if it is written by JSON.stringify, whatever it is', () =>
    assert(property(double({ noNaN: true, noDefaultInfinity: true }), (value) => isExact(JSON.stringify(value)))));

  it('is kept exactly if its digits are still the same, checked with whole numbers of any size', () =>
    assert(
      property(stringMatching(/^[1-9]\d{0,24}$/), (digits) => {
        expect(isExact(digits)).toBe(BigInt(digits) === spelled(Number(digits)));
      }),
    ));
});

/** The whole number that JavaScript writes for a value, such as 750727362669609000. */
function spelled(value: number): bigint {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length);
}

describe('marking the numbers in a JSON text', () => {
  it('leaves every text as it is whose numbers are kept', () =>
    assert(
      property(jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(markInexactNumbers(text)).toBe(text);
      }),
    ));

  it('replaces numbers that are not kept, and nothing inside strings', () =>
    assert(
      property(
        array(record({ text: string(), odd: constantFrom('', '"', '\\', '\\"', '12345678901234567890 ') })),
        constantFrom('9007199254740993', '-1e400', '0.1234567890123456789'),
        (texts, number) => {
          const strings = texts.map(({ text, odd }) => JSON.stringify(text + odd));
          const json = (token: string) => `{"12345678901234567890":[${[...strings, token].join(' , ')}],"b":${token}}`;
          expect(markInexactNumbers(json(number))).toBe(json('1e999'));
        },
      ),
    ));

  it('leaves a text that is not JSON to the parser', () => {
    for (const text of ['', '"', '"1234567890123456789', '\\"', '-', '1e5', '{"a":"\\']) {
      expect(markInexactNumbers(text)).toBe(text);
    }
  });

  it('takes time in proportion to the length of the text', () => {
    const quotes = `["${'\\"'.repeat(300_000)}", 9007199254740993]`;
    const zeros = `[${'0'.repeat(600_000)}1.5]`;
    const start = performance.now();
    expect(markInexactNumbers(quotes).endsWith(', 1e999]')).toBe(true);
    markInexactNumbers(zeros);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
