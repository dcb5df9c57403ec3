import { randomUUID } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  CreateConversationDocument,
  CreateSessionTokenDocument,
  type CreateSessionTokenInput,
  ViewerDocument,
} from '../generated/operations.js';
import { act, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContact, makeUser } from '../support/make.js';
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
  it('lets a user act as themselves, for an hour by default', async () => {
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

  it('lets a contact act as itself, for up to 24 hours as requested', async () => {
    const contact = await makeContact(workspace, 'Cora');
    const { token, expiresAt } = await makeToken(workspace, { actorId: contact.id, expiresInSeconds: 86_400 });
    expect(expiresAt).toBe('2026-05-02T10:00:00.000Z');
    expect(await viewerOf(workspace, token)).toMatchObject({ actor: { id: contact.id }, role: null, scopes: [] });
    for (const expiresInSeconds of [0, -1, 86_401]) {
      const refused = await create(workspace, { actorId: contact.id, expiresInSeconds });
      expectType(refused, 'ValidationError');
    }
  });

  it("is small, reveals only its bearer's id, and differs each time", async () => {
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

  it.each(['AGENT', 'CONTACT'] as const)(
    'costs one SQL statement per request for a caller of kind %s',
    async (kind) => {
      const { post } = await signInAs(parley, workspace, kind);
      statements = [];
      await post('{ viewer { role permissions } }');
      expect(statements).toHaveLength(1);
    },
  );

  it('is not stored', async () => {
    const { token } = await makeToken(workspace, { actorId: (await makeContact(workspace)).id });
    const signature = token.split('.')[2] ?? '';
    const claims = await parley.database.prisma.$queryRaw`
      SELECT * FROM "IdempotencyClaim" i WHERE i::text LIKE ${`%${signature}%`}`;
    expect(claims).toEqual([]);
  });
});

it("without TOKEN_SECRET, all servers on one database accept each other's tokens", async () => {
  const [one, two] = [await startParley({ clock: () => now }), await startParley({ clock: () => now })];
  const { token } = await makeToken(one.connect(workspace), { actorId: (await makeContact(workspace)).id });
  expect((await two.connect({ ...workspace, apiKey: token }).post('{ viewer { role } }')).status).toBe(200);
  expect(await statusOf(token)).toBe(REFUSED);
  await Promise.all([one.stop(), two.stop()]);
});

it('idempotency keys belong to the user, regardless of the token', async () => {
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

it('websocketUrl follows PUBLIC_URL, including its path and TLS', async () => {
  const behind = await startParley({ config: { publicUrl: 'https://chat.example.com/parley' } });
  const { websocketUrl } = await makeToken(behind.connect(workspace), { actorId: (await makeContact(workspace)).id });
  expect(websocketUrl).toBe('wss://chat.example.com/parley/graphql');
  await behind.stop();
});
