import { describe, expect, it } from 'vitest';
import {
  AuditEventsDocument,
  type AuditEventsQueryVariables,
  CreateApiKeyDocument,
  CreateWebhookEndpointDocument,
  DeactivateUserDocument,
  RevokeApiKeyDocument,
  RotateWebhookSecretDocument,
  UpdateUserDocument,
  UpdateWebhookEndpointDocument,
  UpdateWorkspaceDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { connect } from '../live/support/listen.js';
import { ask, failWith, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeBot, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';
import { signIn, signInAs } from '../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const read = async (client: TestWorkspace, variables: AuditEventsQueryVariables = {}) =>
  nodesOf(await ask(client, AuditEventsDocument, { first: 100, ...variables }));

const newest = async (client: TestWorkspace) => {
  const [entry] = await read(client, { first: 1 });
  if (!entry) throw new Error('The audit log is empty.');
  return entry;
};

const keyOf = async (client: TestWorkspace) => (await ask(client, ViewerDocument, {})).actor.id;

describe('an entry of the audit log', () => {
  it('says who did what to what, by which request and from where', async () => {
    const user = await makeUser(workspace, 'Ada', { role: 'AGENT' });
    await succeed(workspace, UpdateUserDocument, { userId: user.id, name: 'Ada L.', role: 'ADMIN' });
    const entry = await newest(workspace);
    expect(entry).toEqual({
      id: expect.stringMatching(/^aud_/),
      at: expect.any(String),
      action: 'user.updated',
      source: 'API',
      actor: { __typename: 'ApiKey', id: await keyOf(workspace), name: 'First key' },
      via: null,
      targetType: 'User',
      targetId: user.id,
      changes: [
        { field: 'name', from: 'Ada', to: 'Ada L.', hidden: false },
        { field: 'role', from: 'AGENT', to: 'ADMIN', hidden: false },
      ],
      requestId: expect.any(String),
      clientAddress: expect.stringMatching(/^(127\.0\.0\.1|::\/64)$/),
    });
  });

  it('has the request id that the client chose', async () => {
    const response = await fetch(parley.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': 'chosen-by-the-client',
        authorization: `Bearer ${workspace.apiKey}`,
      },
      body: JSON.stringify({
        query: 'mutation { updateWorkspace(input: { name: "Renamed" }) { __typename } }',
      }),
    });
    expect(await response.json()).toEqual({ data: { updateWorkspace: { __typename: 'UpdateWorkspacePayload' } } });
    expect((await newest(workspace)).requestId).toBe('chosen-by-the-client');
  });

  it('keeps of the URL of a webhook endpoint nothing that may be secret', async () => {
    const url = 'https://example.com/hooks?token=qsecretq';
    const { webhookEndpoint } = await succeed(workspace, CreateWebhookEndpointDocument, { url, events: ['*'] });
    const shown = 'https://example.com/hooks?…';
    expect((await newest(workspace)).changes).toContainEqual({ field: 'url', from: null, to: shown, hidden: false });
    const endpointId = webhookEndpoint.id;
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, url: `${url}2` });
    expect((await newest(workspace)).changes).toEqual([{ field: 'url', from: null, to: null, hidden: true }]);
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, url: 'https://example.com/other' });
    expect((await newest(workspace)).changes).toEqual([
      { field: 'url', from: shown, to: 'https://example.com/other', hidden: false },
    ]);
    expect(JSON.stringify(await read(workspace))).not.toContain('qsecretq');
  });

  it('is answered also if a later version, which was taken back, recorded an act that this one does not know', async () => {
    const { id: userId } = await makeUser(workspace);
    const uuid = uuidOf(userId);
    for (const action of ['user.promoted', 'team.created']) {
      await parley.database.prisma.$executeRaw`
        INSERT INTO "AuditEvent" ("workspaceId", id, at, action, "targetId", changes)
        VALUES (${uuidOf(workspace.id)}::uuid, gen_random_uuid(), now(), ${action}, ${uuid}::uuid, '[]')`;
    }
    const acts = (await read(workspace)).map(({ action, targetType, targetId }) => ({ action, targetType, targetId }));
    expect(acts).toContainEqual({ action: 'user.promoted', targetType: 'User', targetId: userId });
    expect(acts).toContainEqual({ action: 'team.created', targetType: 'Team', targetId: uuid });
  });

  it('names the user of a token, and the key that issued it', async () => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const { id: targetId } = await makeUser(admin);
    expect(await newest(workspace)).toMatchObject({
      action: 'user.created',
      actor: { __typename: 'User', id: admin.actorId },
      via: { id: await keyOf(workspace) },
      targetId,
    });
  });

  it('has the address of the client of a socket too', async () => {
    const client = connect(parley.url, workspace.apiKey);
    try {
      const query = 'mutation { updateWorkspace(input: { name: "By socket" }) { __typename } }';
      for await (const result of client.iterate({ query })) expect(result.errors).toBeUndefined();
    } finally {
      await client.dispose();
    }
    expect(await newest(workspace)).toMatchObject({
      changes: [{ field: 'name', to: 'By socket' }],
      clientAddress: expect.stringMatching(/^(127\.0\.0\.1|::\/64)$/),
    });
  });

  it('of what was done on the command line has no actor', async () => {
    expect(await read(workspace)).toMatchObject([
      { action: 'apiKey.created', source: 'COMMAND_LINE', actor: null, via: null, requestId: null },
      { action: 'workspace.created', source: 'COMMAND_LINE', actor: null, clientAddress: null },
    ]);
  });

  it('never contains a secret', async () => {
    const url = 'https://example.com/hook';
    const headers = { 'X-Secret': 'header-value-1' };
    const made = await succeed(workspace, CreateWebhookEndpointDocument, { url, events: ['*'], headers });
    const endpointId = made.webhookEndpoint.id;
    const rotated = await succeed(workspace, RotateWebhookSecretDocument, { endpointId });
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, headers: { 'X-Secret': 'header-value-2' } });
    await succeed(workspace, UpdateWorkspaceDocument, { settings: { token: 'settings-value' } });
    const key = await succeed(workspace, CreateApiKeyDocument, { name: 'Another', scopes: ['READ'] });
    const bot = await makeBot(workspace);
    const entries = await read(workspace);
    const secrets = ['header-value-1', 'header-value-2', 'settings-value', made.secret, rotated.secret];
    for (const secret of [...secrets, key.secret, bot.apiKey]) expect(JSON.stringify(entries)).not.toContain(secret);
    const hidden = entries.flatMap(({ changes }) => changes.filter((each) => each.hidden).map(({ field }) => field));
    expect(hidden.sort()).toEqual(['headers', 'headers', 'secret', 'settings.token']);
  });

  it('is left by no act that was refused, changed nothing, or was repeated with its idempotency key', async () => {
    const { id: userId } = await makeUser(workspace, 'Ada');
    const { apiKey } = await succeed(workspace, CreateApiKeyDocument, { name: 'Old', scopes: ['READ'] });
    const revocation = { apiKeyId: apiKey.id, idempotencyKey: 'revoke' };
    await succeed(workspace, RevokeApiKeyDocument, revocation);
    await succeed(workspace, DeactivateUserDocument, { userId });
    const before = await read(workspace);
    await succeed(workspace, RevokeApiKeyDocument, revocation);
    await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: apiKey.id });
    await succeed(workspace, DeactivateUserDocument, { userId });
    await succeed(workspace, UpdateUserDocument, { userId, name: 'Ada' });
    const taken = await makeUser(workspace);
    await failWith(workspace, 'ConflictError', UpdateUserDocument, {
      userId,
      email: taken.email ?? '',
      idempotencyKey: 'refused',
    });
    expect(await read(workspace)).toEqual([expect.objectContaining({ targetId: taken.id }), ...before]);
  });
});

describe('the audit log', () => {
  it('can be narrowed down by act, actor, target and time, and read in pages', async () => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const [ada, bea] = [await makeUser(admin, 'Ada'), await makeUser(workspace, 'Bea')];
    const targets = async (filter: AuditEventsQueryVariables['filter']) =>
      (await read(workspace, { filter })).map(({ targetId }) => targetId);
    expect(await targets({ actions: ['user.created'] })).toEqual([bea.id, ada.id, admin.actorId]);
    expect(await targets({ actorId: admin.actorId })).toEqual([ada.id]);
    expect(await targets({ targetId: bea.id })).toEqual([bea.id]);
    expect(await targets({ actions: [] })).toEqual([]);
    expect(await targets({ at: { lt: '2020-01-01T00:00:00Z' } })).toEqual([]);
    const all = await read(workspace);
    const first = await ask(workspace, AuditEventsDocument, { first: 2 });
    expect(first).toMatchObject({ totalCount: all.length, pageInfo: { hasNextPage: true } });
    const rest = await read(workspace, { after: first.pageInfo.endCursor });
    expect([...nodesOf(first), ...rest]).toEqual(all);
  });

  it('refuses the name of an act that is not audited, and the id of a row that none is about', async () => {
    for (const filter of ['{ actions: ["user.renamed"] }', '{ targetId: "conv_01m7yva7fpfmdbk37hf15m8ddb" }']) {
      const { body } = await workspace.post(`{ auditEvents(filter: ${filter}) { totalCount } }`);
      expect(body.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    }
  });

  it('can be read by administrators only, by any way', async () => {
    const { id } = await newest(workspace);
    const lookUp = { query: 'query($id: ID!) { node(id: $id) { id } }', variables: { id } };
    for (const kind of ['OWNER', 'ADMIN'] as const) {
      expect((await read(await signInAs(parley, workspace, kind))).length).toBeGreaterThan(1);
    }
    const bot = await makeBot(workspace);
    const others = [
      await signInAs(parley, workspace, 'AGENT'),
      await signInAs(parley, workspace, 'READ_ONLY'),
      await signInAs(parley, workspace, 'CONTACT'),
      parley.connect({ id: workspace.id, apiKey: bot.apiKey }),
    ];
    for (const { post } of others) {
      const { body } = await post('{ auditEvents { totalCount } }');
      expect([undefined, { totalCount: 0 }]).toContainEqual(body.data?.auditEvents);
      expect((await post(lookUp.query, lookUp.variables)).body.data?.node ?? null).toBeNull();
    }
    expect((await workspace.post(lookUp.query, lookUp.variables)).body.data).toEqual({ node: { id } });
  });

  it('has nothing of another workspace', async () => {
    const other = await parley.newWorkspace();
    const { id: userId } = await makeUser(other);
    const { id } = await newest(other);
    expect((await workspace.post('query($id: ID!) { node(id: $id) { id } }', { id })).body.data).toEqual({
      node: null,
    });
    expect(await read(workspace, { filter: { targetId: userId } })).toEqual([]);
  });

  it('cannot be changed or emptied, not even by the database role of the server', async () => {
    const { id } = await newest(workspace);
    const { prisma } = parley.database;
    const where = { workspaceId: uuidOf(workspace.id), id: uuidOf(id) };
    await expect(prisma.auditEvent.updateMany({ where, data: { action: 'user.created' } })).rejects.toThrow(
      'append-only',
    );
    await expect(prisma.auditEvent.deleteMany({ where })).rejects.toThrow('append-only');
    await expect(prisma.$executeRaw`TRUNCATE "AuditEvent"`).rejects.toThrow('append-only');
    expect((await newest(workspace)).id).toBe(id);
  });

  it('still names an administrator who was deactivated', async () => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    await makeUser(admin);
    await succeed(workspace, DeactivateUserDocument, { userId: admin.actorId });
    const [entry] = await read(workspace, { filter: { actorId: admin.actorId } });
    expect(entry?.actor?.name).toBe('User ADMIN');
    await expect(signIn(parley, workspace, admin.actorId)).rejects.toThrow();
  });
});
