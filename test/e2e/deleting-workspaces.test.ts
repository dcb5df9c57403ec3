import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesIn } from '../domain/uploads/support/upload.js';
import { ConversationsDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import type { TestServer, TestWorkspace } from '../support/parley.js';
import { digestRows } from '../support/workspace-rows.js';
import { fill, killAt, seed, usePlace } from './support/moving.js';
import { TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const place = usePlace(directory, 'place');
const other = usePlace(directory, 'other');

let server: TestServer;
let ours: TestWorkspace;
let theirs: TestWorkspace;

beforeAll(async () => {
  server = await place.serve();
  ours = await server.newWorkspace('Ours');
  theirs = await server.newWorkspace('theirs workspace');
  await fill(ours, 'ours');
  await fill(theirs, 'theirs');
  await seed(place.url, ours, 30);
}, 120_000);
afterAll(() => server?.stop());

const statusOf = async ({ post }: TestWorkspace) => (await post('{ viewer { __typename } }')).status;

it('workspace delete asks for the slug as a confirmation', TIMEOUT, async () => {
  const { code, stderr } = await place.command('delete', theirs.id, '--yes-delete', 'theirs');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^This deletes everything of the workspace theirs workspace, for good\. .*\n$/);
  expect((await ask(theirs, ConversationsDocument, { first: 1 })).totalCount).toBe(1);
});

it('workspace delete removes an import that was given up', TIMEOUT, async () => {
  const file = path.join(directory(), 'theirs.jsonl');
  expect((await place.command('export', theirs.id, file)).code).toBe(0);
  await killAt(other, { table: 'Event' }, 'import', file);
  const { stdout } = await other.command('list');
  expect(stdout).toContain('(importing)');
  expect((await other.command('export', theirs.id)).stderr).toMatch(/^The workspace theirs-workspace is incomplete/);
  const { code } = await other.command('delete', theirs.id, '--yes-delete', 'theirs-workspace');
  expect(code).toBe(0);
  expect(await other.rows('SELECT FROM "Actor" UNION ALL SELECT FROM "ClosedWorkspace"')).toEqual([]);
  expect(await filesIn(other.uploads())).toEqual([]);
});

it(
  'workspace delete removes all of one workspace, after an interruption too, and nothing of others',
  TIMEOUT,
  async () => {
    const before = await digestRows(server, theirs);
    await killAt(place, { table: 'Participant' }, 'delete', 'ours', '--yes-delete', 'ours');
    expect([await statusOf(ours), await statusOf(theirs)]).toEqual([401, 200]);
    expect((await place.command('list')).stdout).toContain('(deleting)');
    const { code, stdout } = await place.command('delete', ours.id, '--yes-delete', 'ours', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ slug: 'ours', counts: { Conversation: 31, Workspace: 1 } });
    expect(new Set(Object.values(await digestRows(server, ours)))).toEqual(new Set(['0 ']));
    expect(await digestRows(server, theirs)).toEqual(before);
    const files = await filesIn(place.uploads());
    expect(files.filter((name) => name.includes(ours.id))).toEqual([]);
    expect(files.filter((name) => name.includes(theirs.id))).toHaveLength(1);
  },
);
