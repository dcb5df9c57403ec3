import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiKeyScope, UserRole } from '../generated/operations.js';
import {
  ApiKeysDocument,
  CreateApiKeyDocument,
  DeactivateUserDocument,
  LiveEventsDocument,
  ReactivateUserDocument,
  RevokeApiKeyDocument,
  UpdateUserDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { ask, failWith, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeBot, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';
import { makeToken, signIn, signInAs } from '../support/token.js';

let skipped = 0;
let statements: string[] = [];
const parley = useParley({
  clock: () => new Date(Date.now() + skipped),
  onStatement: (sql) => statements.push(sql),
});
const workspace = useFreshWorkspace(parley);
beforeEach(() => {
  skipped = 0;
});

type Key = TestWorkspace & { keyId: string };

/** A key that the caller makes, and a client with it. */
async function makeKey(caller: TestWorkspace, scope: ApiKeyScope = 'WRITE', expiresAt?: Date): Promise<Key> {
  const input = { name: `${scope} key`, scopes: [scope], expiresAt: expiresAt?.toISOString() ?? null };
  const { apiKey, secret } = await succeed(caller, CreateApiKeyDocument, input);
  return { ...parley.connect({ id: workspace.id, apiKey: secret }), keyId: apiKey.id };
}

/** The HTTP status of a request with a key: 200, or 401 if the key is refused. */
const statusOf = async ({ post }: TestWorkspace) => (await post('{ __typename }')).status;
const statusesOf = (...keys: TestWorkspace[]) => Promise.all(keys.map(statusOf));

const revoke = (apiKeyId: string) => succeed(workspace, RevokeApiKeyDocument, { apiKeyId });
const deactivate = (userId: string) => succeed(workspace, DeactivateUserDocument, { userId });
const setRole = (userId: string, role: UserRole) => succeed(workspace, UpdateUserDocument, { userId, role });

describe('createdBy', () => {
  it('names the user or the key that created a key, and nobody for the first key of a workspace', async () => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const byUser = await makeKey(admin, 'READ');
    const byKey = await makeKey(workspace, 'ADMIN');
    await makeBot(admin, 'Robo');
    const nodes = nodesOf(await ask(workspace, ApiKeysDocument, { first: 10 }));
    const first = (await ask(workspace, ViewerDocument, {})).actor.id;
    const makers = new Map(nodes.map(({ name, id, createdBy }) => [name === 'Robo' ? name : id, createdBy]));
    expect(makers.get(first)).toBeNull();
    expect(makers.get(byUser.keyId)).toEqual({ __typename: 'User', id: admin.actorId });
    expect(makers.get(byKey.keyId)).toEqual({ __typename: 'ApiKey', id: first });
    expect(makers.get('Robo')).toEqual({ __typename: 'User', id: admin.actorId });
  });

  it('is hidden from contacts, even of the key that wrote to them', async () => {
    const contact = await signInAs(parley, workspace, 'CONTACT');
    const { post } = await signIn(parley, workspace, contact.actorId);
    const made = await makeKey(await signInAs(parley, workspace, 'ADMIN'));
    const created = await made.post(
      `mutation($contactId: ID!) { createConversation(input: { contactId: $contactId, message: { text: "Hello" } }) {
        ... on CreateConversationPayload { conversation { id } }
      } }`,
      { contactId: contact.actorId },
    );
    const { id } = Object(created.body.data).createConversation.conversation;
    const { body } = await post(
      'query($id: ID!) { conversation(id: $id) { lastMessage { author { ... on ApiKey { id createdBy { id } } } } } }',
      { id },
    );
    const author = { id: made.keyId, createdBy: null };
    expect(body).toEqual({ data: { conversation: { lastMessage: { author } } } });
  });
});

describe('a key that a user made', () => {
  it('is refused while the user is deactivated, and only then', async () => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const key = await makeKey(admin, 'READ');
    const bot = parley.connect({ id: workspace.id, apiKey: (await makeBot(admin)).apiKey });
    expect(await statusesOf(key, bot)).toEqual([200, 200]);
    await deactivate(admin.actorId);
    const { status, body } = await key.post('{ viewer { actor { id } } }');
    expect([status, body.errors?.[0]?.extensions?.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(await statusOf(bot)).toBe(401);
    await succeed(workspace, ReactivateUserDocument, { userId: admin.actorId });
    expect(await statusesOf(key, bot)).toEqual([200, 200]);
  });

  it('is refused while the user has a role that could not make it', async () => {
    const owner = await signInAs(parley, workspace, 'OWNER');
    const keys = [await makeKey(owner, 'READ'), await makeKey(owner, 'WRITE'), await makeKey(owner, 'ADMIN')];
    const statusesAs = async (role: UserRole) => {
      await setRole(owner.actorId, role);
      return statusesOf(...keys);
    };
    expect(await statusesAs('ADMIN')).toEqual([200, 200, 401]);
    expect(await statusesAs('AGENT')).toEqual([401, 401, 401]);
    expect(await statusesAs('READ_ONLY')).toEqual([401, 401, 401]);
    expect(await statusesAs('OWNER')).toEqual([200, 200, 200]);
  });

  it('ends with the key or the user that issued the token it was made with', async () => {
    const issuer = await makeKey(workspace, 'ADMIN');
    const byKey = await makeKey(await signIn(parley, issuer, (await makeUser(workspace, 'Ada', { role: 'OWNER' })).id));
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const byAdmin = await makeKey(
      await signIn(parley, admin, (await makeUser(workspace, 'Bea', { role: 'ADMIN' })).id),
      'READ',
    );
    expect(await statusesOf(byKey, byAdmin)).toEqual([200, 200]);
    await revoke(issuer.keyId);
    expect(await statusesOf(byKey, byAdmin)).toEqual([401, 200]);
    await deactivate(admin.actorId);
    expect(await statusOf(byAdmin)).toBe(401);
  });
});

describe('a key that a key made', () => {
  it('ends when any key it goes back to is revoked, and so do the tokens it issued', async () => {
    const [parent, other] = [await makeKey(workspace, 'ADMIN'), await makeKey(workspace, 'ADMIN')];
    const child = await makeKey(parent, 'ADMIN');
    const grandchild = await makeKey(child, 'WRITE');
    const { token } = await makeToken(grandchild, { actorId: (await makeUser(workspace)).id });
    const withToken = parley.connect({ id: workspace.id, apiKey: token });
    expect(await statusesOf(parent, child, grandchild, withToken, other)).toEqual([200, 200, 200, 200, 200]);
    await revoke(parent.keyId);
    expect(await statusesOf(parent, child, grandchild, withToken, other)).toEqual([401, 401, 401, 401, 200]);
  });

  it('ends when the key that made it expires', async () => {
    const parent = await makeKey(workspace, 'ADMIN', new Date(Date.now() + 3_600_000));
    const child = await makeKey(parent, 'READ');
    expect(await statusOf(child)).toBe(200);
    skipped = 3_600_000;
    expect(await statusesOf(parent, child)).toEqual([401, 401]);
  });

  it('is refused while a user it goes back to is deactivated', async () => {
    const owner = await signInAs(parley, workspace, 'OWNER');
    const grandchild = await makeKey(await makeKey(owner, 'ADMIN'), 'READ');
    expect(await statusOf(grandchild)).toBe(200);
    await deactivate(owner.actorId);
    expect(await statusOf(grandchild)).toBe(401);
  });
});

it('a key is authenticated by one SQL statement, however many it goes back to', async () => {
  const owner = await signInAs(parley, workspace, 'OWNER');
  const key = await makeKey(await makeKey(await makeKey(owner, 'ADMIN'), 'ADMIN'), 'READ');
  await statusOf(key);
  statements = [];
  expect(await statusOf(key)).toBe(200);
  expect(statements).toHaveLength(1);
});

it('an ADMIN cannot make a key that outranks it, nor can the key', async () => {
  const admin = await signInAs(parley, workspace, 'ADMIN');
  await failWith(admin, 'ForbiddenError', CreateApiKeyDocument, { name: 'Root', scopes: ['ADMIN'] });
  const key = await makeKey(admin);
  await failWith(key, 'ForbiddenError', CreateApiKeyDocument, { name: 'More', scopes: ['READ'] });
});

describe('a socket opened with a key that a user made', () => {
  async function open({ apiKey }: TestWorkspace) {
    const closes: { code?: number; reason?: string }[] = [];
    const client = connect(parley.url, apiKey);
    client.on('closed', (event) => closes.push(Object(event)));
    const connected = new Promise((resolve) => client.on('connected', resolve));
    listen(client, LiveEventsDocument, {});
    await connected;
    return { closes, dispose: () => client.dispose() };
  }

  it('is closed with 4403 within 5 seconds after the user is deactivated', async () => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const { closes } = await open(await makeKey(admin, 'READ'));
    await deactivate(admin.actorId);
    await eventually(() => closes.length > 0, 'the close', 5_000);
    expect(closes[0]).toMatchObject({
      code: 4403,
      reason: 'The API key was revoked or has expired, or its bot or maker may no longer use it: use another one.',
    });
  }, 15_000);

  it('must reconnect after the role of the user has changed, so that it loses what the user lost', async () => {
    const owner = await signInAs(parley, workspace, 'OWNER');
    const key = await makeKey(owner, 'WRITE');
    const { closes, dispose } = await open(key);
    await setRole(owner.actorId, 'ADMIN');
    await eventually(() => closes.length > 0, 'the close', 5_000);
    expect(closes[0]?.code).not.toBe(4403);
    expect(await statusOf(key)).toBe(200);
    await dispose();
  }, 15_000);
});
