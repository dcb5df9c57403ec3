import { expect, test } from 'vitest';
import { useParley } from '../support/fixtures.js';
import { examplesOf } from './support/markdown.js';

const server = useParley();

/** What no two workspaces have the same: ids, times and cursors. */
const PERSONAL = /\b[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=")[\w-]{40,}(?=")/g;

const impersonal = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(PERSONAL, 'personal'));
const personal = (value: unknown): string[] => JSON.stringify(value).match(PERSONAL) ?? [];

test('the README’s operations, sent one after the other, answer what it says', async () => {
  const workspace = await server.newWorkspace();
  // What the README calls by one id, time or cursor is called by another one here.
  const here = new Map<string, string>();
  for (const { operation, variables, answer } of examplesOf('README.md')) {
    const sent = JSON.stringify(variables ?? {}).replaceAll(PERSONAL, (there) => here.get(there) ?? there);
    const { body } = await workspace.post(operation, JSON.parse(sent));
    expect(body.errors, operation).toBeUndefined();
    if (answer === null) continue;
    expect(impersonal(body), operation).toEqual(impersonal(answer));
    const ours = personal(body);
    for (const [index, there] of personal(answer).entries()) here.set(there, ours[index] ?? there);
  }
});
