import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UpdateWorkspaceDocument, ViewerDocument } from '../../generated/operations.js';
import { act, ask, issuePaths, succeed } from '../../support/act.js';
import { useParley } from '../../support/fixtures.js';
import type { TestWorkspace } from '../../support/parley.js';

const parley = useParley();

const read = async (client: TestWorkspace) => (await ask(client, ViewerDocument, {})).workspace;
const freeSlug = () => `s-${randomUUID()}`;

describe('updateWorkspace', () => {
  it('changes what is given and leaves the rest', async () => {
    const workspace = await parley.newWorkspace();
    const before = await read(workspace);
    expect(before.settings).toEqual({});
    const slug = freeSlug();
    const answer = await succeed(workspace, UpdateWorkspaceDocument, { name: ' Acme ', slug });
    expect(answer.workspace).toEqual({ ...before, name: 'Acme', slug });
    expect(await read(workspace)).toEqual(answer.workspace);
  });

  it('treats null as left out, because no field can be empty', async () => {
    const workspace = await parley.newWorkspace();
    const before = await read(workspace);
    const answer = await succeed(workspace, UpdateWorkspaceDocument, { name: null, slug: null, settings: null });
    expect(answer.workspace).toMatchObject({ name: before.name, slug: before.slug, settings: {} });
  });

  it('merges settings shallowly and removes keys set to null', async () => {
    const workspace = await parley.newWorkspace();
    await succeed(workspace, UpdateWorkspaceDocument, {
      settings: { theme: { dark: true }, locale: 'de', beta: null },
    });
    expect((await read(workspace)).settings).toEqual({ theme: { dark: true }, locale: 'de' });
    await succeed(workspace, UpdateWorkspaceDocument, {
      settings: { theme: { compact: true }, locale: null, hours: [9, 17] },
    });
    expect((await read(workspace)).settings).toEqual({ theme: { compact: true }, hours: [9, 17] });
  });

  it('loses no setting of many concurrent changes', async () => {
    const workspace = await parley.newWorkspace();
    const keys = Array.from({ length: 8 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => act(workspace, UpdateWorkspaceDocument, { settings: { [key]: 1 } })));
    expect(Object.keys(Object(await read(workspace)).settings).sort()).toEqual(keys);
  });

  it('stores at most 16 KB of settings, even when merged', async () => {
    const workspace = await parley.newWorkspace();
    const half = 'x'.repeat(9000);
    expect(issuePaths(await act(workspace, UpdateWorkspaceDocument, { settings: { half: half + half } }))).toEqual([
      'settings',
    ]);
    await succeed(workspace, UpdateWorkspaceDocument, { settings: { half } });
    expect(issuePaths(await act(workspace, UpdateWorkspaceDocument, { settings: { other: half } }))).toEqual([
      'settings',
    ]);
    expect((await read(workspace)).settings).toEqual({ half });
  });

  it('gives a slug to one workspace of the server, even if many claim it concurrently', async () => {
    const workspaces = await Promise.all(Array.from({ length: 4 }, () => parley.newWorkspace()));
    const slug = freeSlug();
    const answers = await Promise.all(workspaces.map((workspace) => act(workspace, UpdateWorkspaceDocument, { slug })));
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      ...Array(3).fill('ConflictError'),
      'UpdateWorkspacePayload',
    ]);
    const winner = workspaces[answers.findIndex(({ __typename }) => __typename === 'UpdateWorkspacePayload')];
    if (!winner) throw new Error('Nobody got the slug.');
    await succeed(winner, UpdateWorkspaceDocument, { slug });
  });

  it.each([
    ['name', ' '],
    ['slug', 'With Blanks'],
    ['slug', '-edge'],
    ['slug', 'double--hyphen'],
    ['slug', 'x'.repeat(64)],
  ])('refuses %s: %j', async (field, value) => {
    const workspace = await parley.newWorkspace();
    expect(issuePaths(await act(workspace, UpdateWorkspaceDocument, { [field]: value }))).toEqual([field]);
  });

  it('changes no other workspace', async () => {
    const [workspace, other] = [await parley.newWorkspace(), await parley.newWorkspace()];
    const before = await read(other);
    await succeed(workspace, UpdateWorkspaceDocument, { name: 'Ours', settings: { a: 1 } });
    expect(await read(other)).toEqual(before);
  });
});
