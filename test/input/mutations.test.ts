import { beforeAll, describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContactConversation, makeUser } from '../support/make.js';
import { introspect, type RootField, rootFieldsOf } from '../support/root-fields.js';
import { digestRows } from '../support/workspace-rows.js';
import { badValues } from './support/bad-values.js';
import { namesPlace, refusedPlaces } from './support/refusals.js';

let mutations: RootField[];
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  mutations = rootFieldsOf(await introspect(workspace), 1).filter(({ kind }) => kind === 'mutation');
  const user = await makeUser(workspace);
  await makeContactConversation(workspace, { assigneeId: user.id, message: { text: 'Hello' } });
});

describe('invalid input', () => {
  it('of any kind in any field of any mutation is refused with its path, and nothing is written', async () => {
    const before = await digestRows(parley, workspace);
    const unnamed: string[] = [];
    let count = 0;
    for (const { name, args, document } of mutations) {
      const [input] = args;
      if (!input) throw new Error(`${name} has no input`);
      const cases = badValues(input.type, 'input');
      count += cases.length;
      await Promise.all(
        cases.map(async ({ path, value }) => {
          const { body } = await workspace.post(document, { input: value });
          const places = refusedPlaces(body, name);
          if (places?.some((place) => namesPlace(place, path))) return;
          const given = JSON.stringify(value).slice(0, 150);
          unnamed.push(`${name} ${path.join('.')} ${given}: ${JSON.stringify(places ?? body).slice(0, 200)}`);
        }),
      );
    }
    expect(unnamed).toEqual([]);
    expect(count).toBeGreaterThan(1000);
    expect(await digestRows(parley, workspace)).toEqual(before);
  });
});
