import { describe, expect, it } from 'vitest';
import {
  ApiKeysDocument,
  CreateApiKeyDocument,
  type CreateApiKeyInput,
  CreateContactDocument,
  RevokeApiKeyDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, issuePaths, succeed } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeBot } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { startParley, type TestWorkspace } from '../../support/parley.js';
import { signInAs } from '../../support/token.js';

const VIEWER = '{ viewer { scopes actor { __typename id } } }';

const parley = useParley();
const workspace = useWorkspace(parley);

const viewerOf = async (key: string) => (await workspace.post(VIEWER, {}, key)).body;
const statusWith = async (key: string) => (await workspace.post(VIEWER, {}, key)).status;
const list = async (at: TestWorkspace = workspace) => await ask(at, ApiKeysDocument, { first: 100 });
const make = async (input: Partial<CreateApiKeyInput> = {}) =>
  await succeed(workspace, CreateApiKeyDocument, { name: 'Key', scopes: ['READ'], ...input });

describe('createApiKey', () => {
  it('returns a working key and, only this once, its secret', async () => {
    const { apiKey, secret } = await make({ name: 'Reports', scopes: ['READ', 'WRITE', 'READ'] });
    expect(apiKey).toMatchObject({
      name: 'Reports',
      scopes: ['READ', 'WRITE'],
      expiresAt: null,
      revokedAt: null,
      bot: null,
    });
    expect(secret).toMatch(/^parley_sk_[0-9A-Za-z]{43}$/);
    const actor = { __typename: 'ApiKey', id: apiKey.id };
    expect(await viewerOf(secret)).toEqual({ data: { viewer: { scopes: ['READ', 'WRITE'], actor } } });
    expect(JSON.stringify(await list())).not.toContain(secret);
  });

  it('treats null as left out: the key acts as itself and never expires', async () => {
    const { apiKey } = await make({ botId: null, expiresAt: null });
    expect(apiKey).toMatchObject({ bot: null, expiresAt: null });
  });

  it('creates a key that can do only what its scopes say', async () => {
    const { secret } = await make({ scopes: ['READ'] });
    const client = parley.connect({ id: workspace.id, apiKey: secret });
    await failWith(client, 'ForbiddenError', CreateContactDocument, { name: 'No' });
    await failWith(client, 'ForbiddenError', CreateApiKeyDocument, { name: 'More', scopes: ['ADMIN'] });
    const { body } = await client.post('{ apiKeys { totalCount } }');
    expect(body.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('creates a key that stops working when it expires', async () => {
    let now = new Date('2030-01-01T00:00:00Z');
    const clocked = await startParley({ clock: () => now });
    try {
      const client = clocked.connect(await clocked.newWorkspace());
      const input = { name: 'Short', scopes: ['READ' as const], expiresAt: '2030-01-01T00:01:00.000Z' };
      const { apiKey, secret } = await succeed(client, CreateApiKeyDocument, input);
      expect(apiKey.expiresAt).toBe('2030-01-01T00:01:00.000Z');
      expect((await client.post(VIEWER, {}, secret)).status).toBe(200);
      now = new Date('2030-01-01T00:01:00Z');
      expect((await client.post(VIEWER, {}, secret)).status).toBe(401);
      expect(issuePaths(await act(client, CreateApiKeyDocument, input))).toEqual(['expiresAt']);
    } finally {
      await clocked.stop();
    }
  });

  it('creates keys that act as a bot and cannot administer', async () => {
    const bot = await makeBot(workspace);
    const { apiKey, secret } = await make({ botId: bot.id, scopes: ['WRITE'] });
    expect(apiKey.bot).toEqual({ id: bot.id });
    expect(await viewerOf(secret)).toMatchObject({ data: { viewer: { actor: { __typename: 'Bot', id: bot.id } } } });
    const refused = await act(workspace, CreateApiKeyDocument, { name: 'Root', botId: bot.id, scopes: ['ADMIN'] });
    expect(issuePaths(refused)).toEqual(['scopes']);
  });

  it.each([
    ['name', { name: ' ' }],
    ['scopes', { scopes: [] }],
    ['expiresAt', { expiresAt: '2001-01-01T00:00:00Z' }],
    ['botId', { botId: 'bot_1' }],
  ])('refuses invalid %s, such as %j', async (field, input) => {
    const before = await list();
    const answer = await act(workspace, CreateApiKeyDocument, { name: 'Key', scopes: ['READ'], ...input });
    expect(issuePaths(answer)).toEqual([field]);
    expect((await list()).totalCount).toBe(before.totalCount);
  });
});

describe('apiKeys', () => {
  it('lists all keys of the workspace, oldest first, including those of bots and expired or revoked ones', async () => {
    const own = await parley.newWorkspace();
    const bot = await makeBot(own);
    const other = await makeApiKey(parley, own, { name: 'Second', scopes: ['WRITE'] });
    await other.post(VIEWER);
    const page = await list(own);
    expect(page.totalCount).toBe(3);
    const nodes = nodesOf(page);
    expect(nodes.map(({ name }) => name)).toEqual(['First key', 'Robo', 'Second']);
    expect(nodes.map((key) => key.bot?.id ?? null)).toEqual([null, bot.id, null]);
    expect(nodes.map(({ lastUsedAt }) => lastUsedAt !== null)).toEqual([true, false, true]);
    await succeed(own, RevokeApiKeyDocument, { apiKeyId: nodes[2]?.id ?? '' });
    expect(nodesOf(await list(own)).map(({ revokedAt }) => revokedAt !== null)).toEqual([false, false, true]);
  });
});

describe('revokeApiKey', () => {
  it('stops the key immediately and permanently, and changes nothing the second time', async () => {
    const { apiKey, secret } = await make();
    expect(await statusWith(secret)).toBe(200);
    const first = await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: apiKey.id });
    expect(first.apiKey.revokedAt).not.toBeNull();
    const { status, body } = await workspace.post(VIEWER, {}, secret);
    expect([status, body.errors?.[0]?.extensions?.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: apiKey.id })).toEqual(first);
  });

  it('lets a key revoke itself with any scopes, but another key only with ADMIN', async () => {
    const [{ apiKey, secret }, other] = [await make({ scopes: ['READ'] }), await make()];
    const client = parley.connect({ id: workspace.id, apiKey: secret });
    await failWith(client, 'ForbiddenError', RevokeApiKeyDocument, { apiKeyId: other.apiKey.id });
    expect(await statusWith(other.secret)).toBe(200);
    const answer = await succeed(client, RevokeApiKeyDocument, { apiKeyId: apiKey.id });
    expect(answer.apiKey.revokedAt).not.toBeNull();
    expect(await statusWith(secret)).toBe(401);
  });

  it('requires an OWNER or an ADMIN-scoped key to revoke an ADMIN-scoped key', async () => {
    const [admin, owner] = [await signInAs(parley, workspace, 'ADMIN'), await signInAs(parley, workspace, 'OWNER')];
    const rootKey = await make({ scopes: ['READ', 'ADMIN'] });
    await failWith(admin, 'ForbiddenError', RevokeApiKeyDocument, { apiKeyId: rootKey.apiKey.id });
    expect(await statusWith(rootKey.secret)).toBe(200);
    for (const scopes of [['READ'], ['WRITE']] as const) {
      const { apiKey, secret } = await make({ scopes: [...scopes] });
      await succeed(admin, RevokeApiKeyDocument, { apiKeyId: apiKey.id });
      expect(await statusWith(secret)).toBe(401);
    }
    await succeed(owner, RevokeApiKeyDocument, { apiKeyId: rootKey.apiKey.id });
    expect(await statusWith(rootKey.secret)).toBe(401);
    const [another, itself] = [await make({ scopes: ['ADMIN'] }), await make({ scopes: ['ADMIN'] })];
    const client = parley.connect({ id: workspace.id, apiKey: itself.secret });
    await succeed(client, RevokeApiKeyDocument, { apiKeyId: another.apiKey.id });
    await succeed(client, RevokeApiKeyDocument, { apiKeyId: itself.apiKey.id });
  });

  it('rejects every request that begins after it returns, even while the key is in use', async () => {
    const { apiKey, secret } = await make();
    let revoked = false;
    const use = async () => {
      const seen: { late: boolean; status: number }[] = [];
      for (let count = 0; count < 12; count += 1) {
        const late = revoked;
        seen.push({ late, status: await statusWith(secret) });
      }
      return seen;
    };
    const revoke = async () => {
      await statusWith(secret);
      await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: apiKey.id });
      revoked = true;
    };
    const [uses] = await Promise.all([Promise.all([use(), use(), use()]), revoke()]);
    const seen = uses.flat();
    expect(seen.every(({ status }) => status === 200 || status === 401)).toBe(true);
    expect(seen.filter(({ late }) => late).every(({ status }) => status === 401)).toBe(true);
    expect(await statusWith(secret)).toBe(401);
  });
});
