import { randomUUID } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  CreateConversationDocument,
  CreateSessionTokenDocument,
  type CreateSessionTokenInput,
  DeactivateUserDocument,
  DeleteContactDocument,
  MergeContactsDocument,
  ReactivateUserDocument,
  RevokeApiKeyDocument,
  UpdateUserDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { act, succeed } from '../support/act.js';
import { makeApiKey } from '../support/api-key.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeContact, makeUser } from '../support/make.js';
import { expectType, startParley, type TestWorkspace } from '../support/parley.js';
import { makeToken, signIn, signInAs } from '../support/token.js';

const SECRET = 'a secret of more than thirty-two bytes, for tests only';

let now: Date;
beforeEach(() => {
  now = new Date('2026-05-01T10:00:00.500Z');
});
let statements: string[] = [];
const parley = useParley({
  clock: () => now,
  onStatement: (sql) => statements.push(sql),
  config: { tokenSecret: SECRET },
});
const workspace = useFreshWorkspace(parley);

const create = (client: TestWorkspace, input: CreateSessionTokenInput) =>
  act(client, CreateSessionTokenDocument, input);

const viewerOf = async ({ run }: TestWorkspace, token?: string) => (await run(ViewerDocument, {}, token)).viewer;

/** How a request with this token is answered. */
async function statusOf(token: string): Promise<string> {
  const { status, body } = await workspace.post('{ viewer { actor { id } } }', {}, token);
  return `${status} ${String(body.errors?.[0]?.extensions?.code ?? 'OK')}`;
}

const REFUSED = '401 UNAUTHENTICATED';

describe('a session token', () => {
  it('lets a user act as themselves, for an hour where nothing else is asked', async () => {
    const user = await makeUser(workspace, 'Uma', { role: 'AGENT' });
    const made = await makeToken(workspace, { actorId: user.id });
    expect(made).toMatchObject({
      websocketUrl: parley.url.replace(/^http/, 'ws'),
      expiresAt: '2026-05-01T11:00:00.000Z',
      actor: { __typename: 'User', id: user.id, name: 'Uma' },
    });
    const viewer = await viewerOf(workspace, made.token);
    expect(viewer).toMatchObject({ actor: { id: user.id }, role: 'AGENT', workspace: { id: workspace.id } });
    expect(viewer.scopes).toEqual(['READ', 'WRITE']);
    now = new Date('2026-05-01T10:59:59.999Z');
    expect(await statusOf(made.token)).toBe('200 OK');
    now = new Date('2026-05-01T11:00:00.000Z');
    expect(await statusOf(made.token)).toBe(REFUSED);
  });

  it('lets a contact act as itself, as long as is asked up to 24 hours', async () => {
    const contact = await makeContact(workspace, 'Cora');
    const { token, expiresAt } = await makeToken(workspace, { actorId: contact.id, expiresInSeconds: 86_400 });
    expect(expiresAt).toBe('2026-05-02T10:00:00.000Z');
    expect(await viewerOf(workspace, token)).toMatchObject({ actor: { id: contact.id }, role: null, scopes: [] });
    for (const expiresInSeconds of [0, -1, 86_401]) {
      const refused = await create(workspace, { actorId: contact.id, expiresInSeconds });
      expectType(refused, 'ValidationError');
    }
  });

  it('is small, says nothing of its bearer but the id, and is made anew each time', async () => {
    const user = await makeUser(workspace, 'Uma Unmistakable');
    const [one, two] = [
      await makeToken(workspace, { actorId: user.id }),
      await makeToken(workspace, { actorId: user.id }),
    ];
    expect(one.token).not.toBe(two.token);
    expect(one.token.length).toBeLessThan(600);
    expect(decodeProtectedHeader(one.token)).toEqual({ alg: 'HS256', typ: 'parley+jwt' });
    expect(Object.keys(decodeJwt(one.token)).sort()).toEqual(
      ['aud', 'auth_time', 'exp', 'iat', 'iss', 'jti', 'key', 'sub', 'ws'].sort(),
    );
    const { sub, iss, aud, ws } = decodeJwt(one.token);
    expect({ sub, iss, aud, ws }).toEqual({ sub: user.id, iss: 'parley', aud: 'parley', ws: workspace.id });
  });

  it.each(['AGENT', 'CONTACT'] as const)('costs one statement at each request: %s', async (kind) => {
    const { post } = await signInAs(parley, workspace, kind);
    statements = [];
    await post('{ viewer { role permissions } }');
    expect(statements).toHaveLength(1);
  });

  it('is written down nowhere', async () => {
    const { token } = await makeToken(workspace, { actorId: (await makeContact(workspace)).id });
    const signature = token.split('.')[2] ?? '';
    const claims = await parley.database.prisma.$queryRaw`
      SELECT * FROM "IdempotencyClaim" i WHERE i::text LIKE ${`%${signature}%`}`;
    expect(claims).toEqual([]);
  });
});

describe('whom a token can be made for', () => {
  it('must be a user or contact of the workspace', async () => {
    const other = await parley.newWorkspace();
    const strangers = [await makeUser(other), await makeContact(other)];
    for (const id of [...strangers.map((stranger) => stranger.id), unknownId('User'), unknownId('Contact')]) {
      expect(expectType(await create(workspace, { actorId: id }), 'NotFoundError').id).toBe(id);
    }
    const bot = await makeBot(workspace);
    for (const actorId of [bot.id, workspace.id, 'nonsense', undefined]) {
      expectType(await create(workspace, actorId === undefined ? {} : { actorId }), 'ValidationError');
    }
  });

  it('must be active: a deactivated user is a conflict, a deleted contact not there', async () => {
    const user = await makeUser(workspace);
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    expectType(await create(workspace, { actorId: user.id }), 'ConflictError');
    const contact = await makeContact(workspace);
    await succeed(workspace, DeleteContactDocument, { contactId: contact.id });
    expectType(await create(workspace, { actorId: contact.id }), 'NotFoundError');
  });

  it('is the survivor of a contact that was merged', async () => {
    const [survivor, merged] = [await makeContact(workspace), await makeContact(workspace)];
    await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [merged.id] });
    const { actor, token } = await makeToken(workspace, { actorId: merged.id });
    expect(actor.id).toBe(survivor.id);
    expect((await viewerOf(workspace, token)).actor.id).toBe(survivor.id);
  });

  const roles = ['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY'] as const;
  /** Of the others, those whom this caller may make a token for. */
  const mayMake: Record<string, readonly string[]> = {
    'a key with ADMIN': ['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY', 'CONTACT'],
    'a key with WRITE': ['AGENT', 'READ_ONLY', 'CONTACT'],
    'a key with READ': [],
    'a bot': [],
    OWNER: ['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY', 'CONTACT'],
    ADMIN: ['ADMIN', 'AGENT', 'READ_ONLY', 'CONTACT'],
    AGENT: [],
    READ_ONLY: [],
    CONTACT: [],
  };

  it.each(Object.keys(mayMake))('is never above the caller: %s', async (caller) => {
    const callers: Record<string, () => Promise<TestWorkspace>> = {
      'a key with ADMIN': async () => workspace,
      'a key with WRITE': () => makeApiKey(parley, workspace, { scopes: ['WRITE'] }),
      'a key with READ': () => makeApiKey(parley, workspace, { scopes: ['READ'] }),
      'a bot': async () => parley.connect({ ...workspace, apiKey: (await makeBot(workspace)).apiKey }),
      CONTACT: () => signInAs(parley, workspace, 'CONTACT'),
      ...Object.fromEntries(roles.map((role) => [role, () => signInAs(parley, workspace, role)])),
    };
    const client = await callers[caller]?.();
    if (!client) throw new Error(`No such caller: ${caller}`);
    const made: string[] = [];
    for (const role of roles) {
      const user = await makeUser(workspace, 'Somebody else', { role });
      const answer = await create(client, { actorId: user.id });
      if (answer.__typename === 'CreateSessionTokenPayload') made.push(role);
      else expectType(answer, 'ForbiddenError');
    }
    const contact = await create(client, { actorId: (await makeContact(workspace)).id });
    if (contact.__typename === 'CreateSessionTokenPayload') made.push('CONTACT');
    expect(made).toEqual(mayMake[caller]);
  });

  it.each([...roles, 'CONTACT'] as const)('may be the viewer, left out: %s', async (kind) => {
    const viewer = await signInAs(parley, workspace, kind);
    for (const input of [{}, { actorId: viewer.actorId }]) {
      const { token, actor } = await makeToken(viewer, input);
      expect(actor.id).toBe(viewer.actorId);
      expect((await viewerOf(workspace, token)).actor.id).toBe(viewer.actorId);
    }
  });

  it('is nobody else with a token that an administrator made for somebody else', async () => {
    const [admin, other] = [await makeUser(workspace, 'A', { role: 'ADMIN' }), await makeUser(workspace)];
    const owner = await signInAs(parley, workspace, 'OWNER');
    const byOwner = await signIn(parley, owner, admin.id);
    expectType(await create(byOwner, { actorId: other.id }), 'ForbiddenError');
    expectType(await create(byOwner, {}), 'CreateSessionTokenPayload');
  });
});

describe('a token ends', () => {
  it('at the latest 24 hours after its first, however often it was made anew', async () => {
    const contact = await makeContact(workspace);
    let { token, expiresAt } = await makeToken(workspace, { actorId: contact.id, expiresInSeconds: 7200 });
    for (let hour = 1; hour < 24; hour += 1) {
      now = new Date(now.getTime() + 3_600_000);
      ({ token, expiresAt } = await makeToken(parley.connect({ ...workspace, apiKey: token }), {
        expiresInSeconds: 7200,
      }));
    }
    expect(expiresAt).toBe('2026-05-02T10:00:00.000Z');
    now = new Date('2026-05-02T10:00:00.000Z');
    expect(await statusOf(token)).toBe(REFUSED);
  });

  it('with the key that it goes back to', async () => {
    const key = await makeApiKey(parley, workspace);
    const user = await signIn(parley, key, (await makeUser(workspace, 'U', { role: 'OWNER' })).id);
    const renewed = await makeToken(user, {});
    const forContact = await makeToken(user, { actorId: (await makeContact(workspace)).id });
    const { apiKey } = await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: await idOf(key) });
    expect(apiKey.revokedAt).not.toBeNull();
    for (const token of [user.apiKey, renewed.token, forContact.token]) expect(await statusOf(token)).toBe(REFUSED);
  });

  it('with the user whom it is for, and for good: reactivated, they get new ones', async () => {
    const user = await makeUser(workspace);
    const { token } = await makeToken(workspace, { actorId: user.id, expiresInSeconds: 86_400 });
    const prolonged = await makeToken(parley.connect({ ...workspace, apiKey: token }), {});
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    expect(await statusOf(token)).toBe(REFUSED);
    await succeed(workspace, ReactivateUserDocument, { userId: user.id });
    for (const old of [token, prolonged.token]) expect(await statusOf(old)).toBe(REFUSED);
    now = new Date(now.getTime() + 1);
    const renewed = await makeToken(workspace, { actorId: user.id });
    expect(await statusOf(renewed.token)).toBe('200 OK');
    const again = await makeToken(parley.connect({ ...workspace, apiKey: renewed.token }), {});
    expect(await statusOf(again.token)).toBe('200 OK');
    expect(await statusOf(token)).toBe(REFUSED);
  });

  it('with the administrator who made it for somebody else, who loses the role or is deactivated', async () => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const { token } = await makeToken(admin, { actorId: (await makeUser(workspace)).id });
    expect(await statusOf(token)).toBe('200 OK');
    await succeed(workspace, UpdateUserDocument, { userId: admin.actorId, role: 'AGENT' });
    expect(await statusOf(token)).toBe(REFUSED);
    await succeed(workspace, UpdateUserDocument, { userId: admin.actorId, role: 'ADMIN' });
    expect(await statusOf(token)).toBe('200 OK');
    await succeed(workspace, DeactivateUserDocument, { userId: admin.actorId });
    await succeed(workspace, ReactivateUserDocument, { userId: admin.actorId });
    expect(await statusOf(token)).toBe(REFUSED);
  });

  it('with a role of its bearer above whoever made it, so that nobody rises with it', async () => {
    const writer = await makeApiKey(parley, workspace, { scopes: ['WRITE'] });
    const [admin, owner] = [await signInAs(parley, workspace, 'ADMIN'), await signInAs(parley, workspace, 'OWNER')];
    const made = async (by: TestWorkspace, userId: string) => (await makeToken(by, { actorId: userId })).token;
    const { id: userId } = await makeUser(workspace, 'Rising', { role: 'AGENT' });
    const tokens = [await made(writer, userId), await made(admin, userId), await made(owner, userId)];
    const renewed = await makeToken(parley.connect({ ...workspace, apiKey: tokens[1] ?? '' }), {});
    const statusesAs = async (role: 'ADMIN' | 'OWNER' | 'AGENT') => {
      await succeed(workspace, UpdateUserDocument, { userId, role });
      return Promise.all([...tokens, renewed.token].map(statusOf));
    };
    expect(await statusesAs('ADMIN')).toEqual([REFUSED, '200 OK', '200 OK', '200 OK']);
    expect(await statusesAs('OWNER')).toEqual([REFUSED, REFUSED, '200 OK', REFUSED]);
    expect(await statusesAs('AGENT')).toEqual(['200 OK', '200 OK', '200 OK', '200 OK']);
  });

  it('with the contact whom it is for, and goes on as the one that it was merged into', async () => {
    const [contact, survivor] = [await makeContact(workspace), await makeContact(workspace)];
    const { token } = await makeToken(workspace, { actorId: contact.id });
    await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [contact.id] });
    expect((await viewerOf(workspace, token)).actor.id).toBe(survivor.id);
    await succeed(workspace, DeleteContactDocument, { contactId: survivor.id });
    expect(await statusOf(token)).toBe(REFUSED);
  });

  it('as far as an old role goes: the next request has the new one', async () => {
    const agent = await signInAs(parley, workspace, 'AGENT');
    expect((await viewerOf(agent)).role).toBe('AGENT');
    await succeed(workspace, UpdateUserDocument, { userId: agent.actorId, role: 'READ_ONLY' });
    expect(await viewerOf(agent)).toMatchObject({ role: 'READ_ONLY', scopes: ['READ'] });
  });
});

async function idOf(key: TestWorkspace): Promise<string> {
  return (await viewerOf(key)).actor.id;
}

it('without TOKEN_SECRET all servers on one database take the tokens of each', async () => {
  const [one, two] = [await startParley({ clock: () => now }), await startParley({ clock: () => now })];
  const { token } = await makeToken(one.connect(workspace), { actorId: (await makeContact(workspace)).id });
  expect((await two.connect({ ...workspace, apiKey: token }).post('{ viewer { role } }')).status).toBe(200);
  expect(await statusOf(token)).toBe(REFUSED);
  await Promise.all([one.stop(), two.stop()]);
});

it('idempotency keys belong to the user, whichever token is shown', async () => {
  const user = await makeUser(workspace);
  const [one, two] = [await signIn(parley, workspace, user.id), await signIn(parley, workspace, user.id)];
  const other = await signInAs(parley, workspace, 'AGENT');
  const input = { subject: 'Once', idempotencyKey: randomUUID() };
  const ids: string[] = [];
  for (const client of [one, two, other]) {
    ids.push((await succeed(client, CreateConversationDocument, input)).conversation.id);
  }
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

it('websocketUrl goes by PUBLIC_URL, also behind a path and TLS', async () => {
  const behind = await startParley({ config: { publicUrl: 'https://chat.example.com/parley' } });
  const { websocketUrl } = await makeToken(behind.connect(workspace), { actorId: (await makeContact(workspace)).id });
  expect(websocketUrl).toBe('wss://chat.example.com/parley/graphql');
  await behind.stop();
});
