import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { encodeId } from '../../../src/lib/ids.js';
import { smallestInput } from '../../support/root-fields.js';
import { wellFormed } from './well-formed.js';

/** An invalid value, and its path below the argument. */
export type BadValue = { path: string[]; value: unknown };

const aUuid = '01890a5d-ac96-774b-bcce-b302099a8057';
const long = 'x'.repeat(20_000);

const badIds = ['', aUuid, 'CONV_01H455VB4PEX5VSKNK084SN02Q', encodeId('Event', aUuid), long];
const badTimes = [
  '',
  'tomorrow',
  '2999-01-01',
  '2999-01-01T00:00:00',
  '2999-02-30T00:00:00Z',
  '2999-01-01T24:00:00Z',
  '2999-13-01T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-01:00',
  '+010000-01-01T00:00:00Z',
  1_700_000_000_000,
];
const badTexts: Record<string, string[]> = {
  email: ['x', 'a@b', 'a b@example.com', 'a@example.com\nb@example.com', `${'a'.repeat(250)}@example.com`],
  phone: ['x', '030123456', '+', '+1', `+49${'1'.repeat(40)}`],
  avatarUrl: ['x', 'javascript:alert(1)', 'ftp://example.com/a.png', `https://example.com/${'a'.repeat(2100)}`],
};

const object = (kilobytes: number) => ({ a: 'ä'.repeat(kilobytes * 512) });

/** What no field or argument of this type and name takes. */
function badLeaves(type: GraphQLInputType, name: string): unknown[] {
  if (isEnumType(type)) return ['', 'NOPE', 1];
  switch (String(type)) {
    case 'ID':
      return badIds;
    case 'String':
      return ['', ' \t\n', name === 'text' ? 'ä'.repeat(32_769) : long, ...(badTexts[name] ?? []), { a: 1 }];
    case 'DateTime':
      return badTimes;
    case 'JSONObject':
      return [object(name === 'content' ? 64 : 16), [], 'x', 1];
    case 'Int':
      return [-1, 2 ** 31, -(2 ** 53), 1.5, '1', true];
    default:
      return ['x', 1];
  }
}

/** Everything that is wrong for a field or argument, in it and below it. */
export function badValues(type: GraphQLInputType, name: string): BadValue[] {
  const bad: BadValue[] = isNonNullType(type) ? [{ path: [], value: null }] : [];
  const inner = getNullableType(type);
  if (isListType(inner)) {
    const items = badValues(inner.ofType, name);
    if (/^(tags|add|remove)$/.test(name)) {
      items.push({ path: [], value: 'x'.repeat(65) });
      bad.push({ path: [], value: Array.from({ length: 51 }, (_, index) => `tag ${index}`) });
    }
    return [...bad, ...items.map(({ path, value }) => ({ path: ['0', ...path], value: [value] }))];
  }
  if (!isInputObjectType(inner)) return [...bad, ...badLeaves(inner, name).map((value) => ({ path: [], value }))];
  const base = Object(smallestInput(inner, name, wellFormed));
  const fields = Object.values(inner.getFields()).flatMap((field) =>
    badValues(field.type, field.name).map(({ path, value }) => ({
      path: [field.name, ...path],
      value: { ...base, [field.name]: value },
    })),
  );
  return [...bad, { path: [], value: 'x' }, { path: [], value: { ...base, nonsense: 1 } }, ...fields];
}
