import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeContactConversation, makeUser } from '../support/make.js';
import { startParley, type TestServer, type TestWorkspace } from '../support/parley.js';
import { introspect, type RootField, rootFieldsOf } from '../support/root-fields.js';
import { digestRows } from '../support/workspace-rows.js';
import { badValues } from './support/bad-values.js';

let parley: TestServer;
let workspace: TestWorkspace;
let mutations: RootField[];
beforeAll(async () => {
  parley = await startParley();
  workspace = await parley.newWorkspace();
  mutations = rootFieldsOf(await introspect(workspace), 1).filter(({ kind }) => kind === 'mutation');
  const user = await makeUser(workspace);
  await makeContactConversation(workspace, { assigneeId: user.id, message: { text: 'Hello' } });
});
afterAll(() => parley.stop());

/** Where null clears, by the contract. */
const clearable = new Set([
  'updateConversation.input.subject',
  'updateConversation.input.flowId',
  'updateConversation.input.stepId',
  'updateConversation.input.expiresAt',
  'assignConversation.input.assigneeId',
  'assignConversations.input.assigneeId',
]);

type Answer = { data?: Record<string, unknown> | null; errors?: readonly { message: string; extensions?: object }[] };

/** Where an answer says that the input is wrong; null where it says something else. */
function placesOf({ data, errors }: Answer, name: string): string[] | null {
  const result = Object(data?.[name]);
  if (result.__typename === 'ValidationError') {
    return result.ValidationError_issues.map(({ ValidationIssue_path: path }: { ValidationIssue_path: string[] }) =>
      path.join('.'),
    );
  }
  const [error] = errors ?? [];
  const { code } = Object(error?.extensions);
  if (code !== 'BAD_USER_INPUT') return null;
  const place = /^Variable "\$input" .*?(?: at "input\.?(.*?)")?(?:; | must not be null)/s.exec(error?.message ?? '');
  return place ? [(place[1] ?? '').replaceAll(/\[(\d+)\]/g, '.$1')] : null;
}

/** Whether a place is the wrong value or the list that it is in. */
function names(place: string, path: string[]): boolean {
  const wrong = path.join('.');
  return place === wrong || wrong === `${place}.0`;
}

describe('wrong input', () => {
  it('of every kind in every field of every mutation is refused with its path, and nothing is written', async () => {
    const before = await digestRows(parley, workspace);
    const unnamed: string[] = [];
    let count = 0;
    for (const { name, args, document } of mutations) {
      const [input] = args;
      if (!input) throw new Error(`${name} has no input`);
      const cases = badValues(input.type, 'input', (path) => clearable.has(`${name}.${path}`));
      count += cases.length;
      await Promise.all(
        cases.map(async ({ path, value }) => {
          const { body } = await workspace.post(document, { input: value });
          const places = placesOf(body, name); if (process.env.SHOW && Math.random() < 0.02) console.log(name, path, JSON.stringify(value).slice(0,90), places);
          if (places?.some((place) => names(place, path))) return;
          const given = JSON.stringify(value).slice(0, 150);
          unnamed.push(`${name} ${path.join('.')} ${given}: ${JSON.stringify(places ?? body).slice(0, 200)}`);
        }),
      );
    }
    if (process.env.SHOW) console.log('count', count); expect(unnamed).toEqual([]);
    expect(count).toBeGreaterThan(1000);
    expect(await digestRows(parley, workspace)).toEqual(before);
  });
});
