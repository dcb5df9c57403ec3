import { expect, test } from 'vitest';
import { useParley } from '../support/fixtures.js';
import { examplesOf } from './support/markdown.js';

const server = useParley();

/** What no two workspaces have the same: signed addresses and keys of uploads, ids, times and cursors. */
const PERSONAL =
  /http:[^"]+\/uploads\/[^"]+|\b[0-9a-f]{32}\.\w+|\b[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}\b|\b\d{4}-\d\d-\d\dT[\d:.]+Z|(?<=")[\w-]{40,}(?=")/g;

const impersonal = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(PERSONAL, 'personal'));
/** What the README does with curl between two operations: stores a file of the size that it then shows. */
async function upload(url: string): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'image/jpeg' },
    body: new Uint8Array(48_213),
  });
  expect(response.ok).toBe(true);
}

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
    for (const url of ours.filter((each) => each.includes('/uploads/'))) await upload(url);
    for (const [index, there] of personal(answer).entries()) here.set(there, ours[index] ?? there);
  }
});
