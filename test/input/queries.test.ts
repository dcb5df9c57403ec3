import { beforeAll, describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContactConversation } from '../support/make.js';
import { introspect, type RootField, rootFieldsOf, smallestVariables } from '../support/root-fields.js';
import { badValues } from './support/bad-values.js';
import { namesPlace, refusedPlaces } from './support/refusals.js';
import { wellFormed } from './support/well-formed.js';

let queries: RootField[];
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  queries = rootFieldsOf(await introspect(workspace), 0).filter(({ kind }) => kind === 'query');
  await makeContactConversation(workspace, { message: { text: 'Hello' } });
});

/** An id of any type is one for `node`, which finds nothing for an event's. */
function isOfAnyNode({ name }: RootField, value: unknown): boolean {
  return /^nodes?$/.test(name) && [value].flat().some((id) => typeof id === 'string' && id.startsWith('evt_'));
}

describe('an invalid argument', () => {
  it('of any kind in any query is refused with its name', async () => {
    const unnamed: string[] = [];
    let count = 0;
    for (const field of queries) {
      const others = smallestVariables(field, wellFormed);
      for (const arg of field.args) {
        const cases = badValues(arg.type, arg.name).filter(({ value }) => !isOfAnyNode(field, value));
        count += cases.length;
        await Promise.all(
          cases.map(async ({ path, value }) => {
            const { body } = await workspace.post(field.document, { ...others, [arg.name]: value });
            const places = refusedPlaces(body, field.name);
            if (places?.some((place) => namesPlace(place, [arg.name, ...path]))) return;
            const given = JSON.stringify(value).slice(0, 100);
            unnamed.push(`${field.name} ${arg.name} ${given}: ${JSON.stringify(places ?? body).slice(0, 200)}`);
          }),
        );
      }
    }
    expect(unnamed).toEqual([]);
    expect(count).toBeGreaterThan(200);
  });
});
