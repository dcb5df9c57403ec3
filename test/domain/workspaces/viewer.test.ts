import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../../../src/domain/workspaces/create-workspace.js';
import { ViewerDocument } from '../../generated/operations.js';
import { ask } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import type { TestWorkspace } from '../../support/parley.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley, 'Acme & Söhne');

const viewerOf = (client: TestWorkspace) => ask(client, ViewerDocument, {});

describe('viewer', () => {
  it('is the key of the request, in its workspace', async () => {
    const viewer = await viewerOf(workspace);
    expect(viewer).toMatchObject({
      actor: { __typename: 'ApiKey', id: expect.stringMatching(/^key_/), name: 'First key' },
      workspace: { id: workspace.id, name: 'Acme & Söhne', slug: expect.stringMatching(/^acme-so/) },
    });
    expect([...viewer.scopes].sort()).toEqual(['ADMIN', 'READ', 'WRITE']);
  });

  it.each([
    [['READ' as const], ['READ']],
    [['WRITE' as const], ['READ', 'WRITE']],
  ])('of a key with the scopes %j has the scopes %j', async (scopes, allowed) => {
    const { actor, scopes: shown } = await viewerOf(await makeApiKey(parley, workspace, { name: 'Reports', scopes }));
    expect(actor.name).toBe('Reports');
    expect([...shown].sort()).toEqual(allowed);
  });

  it('is in one workspace only, regardless of names', async () => {
    const [first, second] = [await viewerOf(workspace), await viewerOf(await parley.newWorkspace('Acme & Söhne'))];
    expect(second.workspace.id).not.toBe(first.workspace.id);
    expect(second.workspace.slug).not.toBe(first.workspace.slug);
  });

  it('has a workspace with a slug even if its name has no Latin letters', async () => {
    const { apiKey, workspaceId: id } = await createWorkspace(parley.database.prisma, { name: '日本語' });
    expect((await viewerOf(parley.connect({ id, apiKey }))).workspace.slug).toMatch(/^[a-z0-9-]+$/);
  });
});
