import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  oneof,
  option,
  record,
  string,
} from 'fast-check';
import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import { unknownId } from '../../support/ids.js';
import type { RootField } from '../../support/root-fields.js';
import { idTypeOf } from './well-formed.js';

/** Ids of rows that there are, by the type that their prefix names. */
export type Pool = Map<string, string[]>;

const nasty = [
  '',
  ' ',
  'null',
  '\'; DROP TABLE "Message"; --',
  '%_\\',
  '$1',
  '{}',
  '[]',
  '<script>',
  '../../etc/passwd',
  '\u202e',
  '👩‍👩‍👧',
  'İı',
  '\ufeff',
  '\u0001',
  'constructor',
  'x'.repeat(300),
  'x'.repeat(5_000),
];

const times = ['2026-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'];
const contacts: Record<string, string[]> = {
  email: ['a@example.com', 'B@Example.com', 'ä@example.com', 'x'],
  phone: ['+4930123456', '+1 212 555 0100', '+0', 'x'],
  avatarUrl: ['https://example.com/a.png', 'https://[::1]/', 'http://a b', 'x'],
};
const text = oneof(
  { weight: 12, arbitrary: constantFrom('a', 'b', 'c') },
  { weight: 2, arbitrary: constantFrom(...nasty) },
  { weight: 2, arbitrary: string({ unit: 'grapheme', minLength: 1, maxLength: 30 }) },
);
const jsonObject = dictionary(string({ maxLength: 5 }), jsonValue({ maxDepth: 3 }), { maxKeys: 4 });

function leafOf(type: string, name: string, pool: Pool): Arbitrary<unknown> {
  switch (type) {
    case 'ID': {
      const all = [...pool.values()].flat();
      const right = pool.get(idTypeOf(name)) ?? all;
      return oneof(
        { weight: 40, arbitrary: constantFrom(...right) },
        { weight: 3, arbitrary: constantFrom(...all, unknownId(idTypeOf(name))) },
        { weight: 1, arbitrary: constantFrom(...nasty) },
      );
    }
    case 'Int':
      return oneof(
        { weight: 5, arbitrary: integer({ min: 1, max: 5 }) },
        { weight: 1, arbitrary: constantFrom(-(2 ** 31), -1, 0, 100, 101, 10_000, 2 ** 31 - 1) },
      );
    case 'Boolean':
      return boolean();
    case 'DateTime':
      return constantFrom(...times, '2999-01-01T00:00:00Z', '2999-06-01T00:00:00+05:30');
    case 'JSON':
      return jsonValue({ maxDepth: 3 });
    case 'JSONObject':
      return jsonObject;
    default:
      return contacts[name] ? constantFrom(...contacts[name]) : text;
  }
}

/** Any value that GraphQL itself accepts for a type, some of it sensible. */
function anyValue(type: GraphQLInputType, name: string, pool: Pool): Arbitrary<unknown> {
  if (isNonNullType(type)) return anyValue(type.ofType, name, pool);
  if (isListType(type)) return array(anyValue(type.ofType, name, pool), { maxLength: 4 });
  if (isEnumType(type)) return constantFrom(...type.getValues().map((value) => value.name));
  if (!isInputObjectType(type)) return leafOf(type.name, name, pool);
  const fields = Object.values(type.getFields());
  return record(Object.fromEntries(fields.map((field) => [field.name, given(field.type, field.name, pool)])));
}

/** The same, or left out, or null, where the type lets it. */
function given(type: GraphQLInputType, name: string, pool: Pool): Arbitrary<unknown> {
  if (isNonNullType(type)) return anyValue(type, name, pool);
  return oneof(
    { weight: 24, arbitrary: constant(undefined) },
    { weight: 8, arbitrary: anyValue(type, name, pool) },
    { weight: 1, arbitrary: option(constant(undefined), { nil: null }) },
  );
}

/** Variables for a document of `rootFieldsOf`. */
export function anyVariables({ args }: RootField, pool: Pool): Arbitrary<Record<string, unknown>> {
  return record(Object.fromEntries(args.map(({ name, type }) => [name, given(type, name, pool)])));
}
