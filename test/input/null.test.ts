import { type GraphQLInputObjectType, getNullableType, isInputObjectType, isRequiredInputField } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { introspect, type RootField, rootFieldsOf, smallestInput } from '../support/root-fields.js';
import { namesPlace, refusedPlaces } from './support/refusals.js';
import { wellFormed } from './support/well-formed.js';

let mutations: RootField[];
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  mutations = rootFieldsOf(await introspect(workspace), 1).filter(({ kind }) => kind === 'mutation');
});

type Case = { path: string[]; withNull: object; without: object };

/** The optional fields of an input, at any depth: their path, the input with null there, and the input without them. */
function nulls(type: GraphQLInputObjectType, name: string): Case[] {
  const base = Object(smallestInput(type, name, wellFormed));
  return Object.values(type.getFields()).flatMap((field) => {
    const inner = getNullableType(field.type);
    const below = isInputObjectType(inner)
      ? nulls(inner, field.name).map(({ path, withNull, without }) => ({
          path: [field.name, ...path],
          withNull: { ...base, [field.name]: withNull },
          without: { ...base, [field.name]: without },
        }))
      : [];
    const { [field.name]: _, ...without } = base;
    const here = { path: [field.name], withNull: { ...base, [field.name]: null }, without };
    return isRequiredInputField(field) || field.defaultValue !== undefined ? below : [here, ...below];
  });
}

describe('null for an optional field', () => {
  it('is refused only where omitting the field is refused too, in every mutation', async () => {
    const refused: string[] = [];
    let count = 0;
    for (const { name, args, document } of mutations) {
      const type = getNullableType(args[0]?.type);
      if (!isInputObjectType(type)) throw new Error(`${name} has no input`);
      const isRefused = async (input: object, path: string[]) => {
        const { body } = await workspace.post(document, { input });
        return refusedPlaces(body, name)?.some((place) => namesPlace(place, path)) ?? false;
      };
      const cases = nulls(type, 'input');
      count += cases.length;
      await Promise.all(
        cases.map(async ({ path, withNull, without }) => {
          if ((await isRefused(withNull, path)) && !(await isRefused(without, path))) {
            refused.push(`${name} ${path.join('.')}`);
          }
        }),
      );
    }
    expect(refused).toEqual([]);
    expect(count).toBeGreaterThan(100);
  });
});
