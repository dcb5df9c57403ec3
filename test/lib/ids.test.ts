import { assert, constantFrom, property, string, uuid } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeId, encodeId, type IdType, idPrefixes, parseId } from '../../src/lib/ids.js';

const types = Object.keys(idPrefixes).filter((name): name is IdType => name in idPrefixes);
const anyType = constantFrom(...types);

describe('public ids', () => {
  it('round-trip type and UUID', () =>
    assert(
      property(anyType, uuid(), (type, value) => {
        const id = encodeId(type, value);
        expect(id).toMatch(/^[a-z]{2,4}_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
        expect(parseId(id)).toEqual({ type, uuid: value });
        expect(decodeId(type, id)).toBe(value);
      }),
    ));

  it('follow the TypeID specification', () => {
    const examples = [
      ['00000000000000000000000000', '00000000-0000-0000-0000-000000000000'],
      ['00000000000000000000000001', '00000000-0000-0000-0000-000000000001'],
      ['0000000000000000000000000a', '00000000-0000-0000-0000-00000000000a'],
      ['0000000000000000000000000g', '00000000-0000-0000-0000-000000000010'],
      ['00000000000000000000000010', '00000000-0000-0000-0000-000000000020'],
      ['7zzzzzzzzzzzzzzzzzzzzzzzzz', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
      ['0123456789abcdefghjkmnpqrs', '0110c853-1d09-52d8-d73e-1194e95b5f19'],
      ['01h455vb4pex5vsknk084sn02q', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ] as const;
    for (const [suffix, value] of examples) {
      expect(encodeId('User', value)).toBe(`user_${suffix}`);
      expect(decodeId('User', `user_${suffix}`)).toBe(value);
    }
  });

  it('start with the prefixes promised to clients', () => {
    const promised = [
      'conv',
      'msg',
      'cont',
      'prsp',
      'part',
      'user',
      'bot',
      'chan',
      'att',
      'whk',
      'dlv',
      'evt',
      'key',
      'aud',
    ];
    expect(Object.values(idPrefixes).sort()).toEqual([...promised, 'ws', 'sys'].sort());
  });

  it('sort like their UUIDs, and so by creation time', () =>
    assert(
      property(anyType, uuid({ version: 7 }), uuid({ version: 7 }), (type, a, b) => {
        expect(encodeId(type, a) < encodeId(type, b)).toBe(a < b);
      }),
    ));

  it('do not match another type', () =>
    assert(
      property(anyType, anyType, uuid(), (type, other, value) => {
        expect(decodeId(other, encodeId(type, value))).toBe(other === type ? value : null);
      }),
    ));

  const suffix = '01h455vb4pex5vsknk084sn02q';
  const malformed: [id: string, what: string][] = [
    ['', 'nothing'],
    [suffix, 'no prefix'],
    [`_${suffix}`, 'an empty prefix'],
    [`-${suffix}`, 'another separator'],
    [`user__${suffix}`, 'two separators'],
    [`user-${suffix}`, 'a dash for the separator'],
    ['user_', 'no suffix'],
    [`User_${suffix}`, 'a prefix in upper case'],
    [`users_${suffix}`, 'an unknown prefix'],
    [`constructor_${suffix}`, 'the name of a property that every object has'],
    [`user_${suffix.toUpperCase()}`, 'a suffix in upper case'],
    [`user_8${suffix.slice(1)}`, 'more than 128 bits'],
    [`user_z${suffix.slice(1)}`, 'many more than 128 bits'],
    [`user_${suffix.slice(1)}`, 'one character too few'],
    [`user_${suffix}0`, 'one character too many'],
    [` user_${suffix}`, 'a space before it'],
    [`user_${suffix}\n`, 'a line break behind it'],
    ['user_01890a5d-ac96-774b-bcce-b302099a8057', 'a UUID for the suffix'],
    ...[...'iluo'].map(
      (letter) =>
        [`user_${suffix.slice(0, -1)}${letter}`, `the letter ${letter}, which is none`] satisfies [string, string],
    ),
  ];

  it.each(malformed)('do not include %j, which has %s', (id) => {
    expect(parseId(id)).toBeNull();
  });

  it('do not include any other text', () =>
    assert(
      property(string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(parseId(text)).toBeNull();
        expect(parseId(`user_${text}`)).toBeNull();
      }),
    ));
});
