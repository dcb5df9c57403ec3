import { randomUUID } from 'node:crypto';
import { exportSPKI, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CreateContactDocument,
  CreateSessionTokenDocument,
  DeactivateUserDocument,
  ReactivateUserDocument,
  UpdateUserDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { connect, eventually } from '../live/support/listen.js';
import { ask, succeed } from '../support/act.js';
import { uuidOf } from '../support/ids.js';
import { makeUser } from '../support/make.js';
import { expectType, startParley, type TestServer, type TestWorkspace } from '../support/parley.js';
import { makeToken, signIn } from '../support/token.js';
import {
  AUDIENCE,
  ISSUER,
  type ProviderKey,
  providerToken,
  startProvider,
  type TestProvider,
} from './support/identity-provider.js';

let provider: TestProvider;
let key: ProviderKey;
let parley: TestServer;
let workspace: TestWorkspace;
let email: string;
let userId: string;

const serverFor = ({ jwksUrl }: Pick<TestProvider, 'jwksUrl'>, signsInTo?: string) =>
  startParley({ config: { identityProvider: { jwksUrl, issuer: ISSUER, audience: AUDIENCE, workspace: signsInTo } } });

beforeAll(async () => {
  provider = await startProvider();
  key = await provider.newKey('first');
  provider.publish(key);
  parley = await serverFor(provider);
});
afterAll(async () => {
  await parley.stop();
  await provider.stop();
});
beforeEach(async () => {
  workspace = await parley.newWorkspace();
  email = `${randomUUID()}@example.com`;
  userId = (await makeUser(workspace, 'Uma', { email, role: 'AGENT' })).id;
});

/** How a request with this token is answered: the id of the viewer, or the status and code. */
async function viewerWith(token: string, server: TestServer = parley): Promise<string> {
  const { status, body } = await server.connect({ ...workspace, apiKey: token }).post('{ viewer { actor { id } } }');
  return body.errors ? `${status} ${String(body.errors[0]?.extensions?.code)}` : Object(body.data).viewer.actor.id;
}

const DAY_SECONDS = 24 * 60 * 60;

const REFUSED = '401 UNAUTHENTICATED';

describe('a token of the identity provider', () => {
  it("signs in the active user with its email address, with that user's role", async () => {
    const token = await providerToken(key, { email: email.toUpperCase(), email_verified: true });
    expect(await viewerWith(token)).toBe(userId);
    const viewer = await ask(parley.connect({ ...workspace, apiKey: token }), ViewerDocument, {});
    expect(viewer).toMatchObject({ role: 'AGENT', workspace: { id: workspace.id } });
    await succeed(workspace, DeactivateUserDocument, { userId });
    expect(await viewerWith(token)).toBe(REFUSED);
  });

  it('no longer signs in a user deactivated after it was issued, even once reactivated', async () => {
    const hourAgo = Math.floor(Date.now() / 1000) - 3600;
    const [old, next] = [
      await providerToken(key, { email, iat: hourAgo }),
      await providerToken(key, { email, iat: Math.floor(Date.now() / 1000) + 25 }),
    ];
    expect([await viewerWith(old), await viewerWith(next)]).toEqual([userId, userId]);
    await succeed(workspace, DeactivateUserDocument, { userId });
    await succeed(workspace, ReactivateUserDocument, { userId });
    expect([await viewerWith(old), await viewerWith(next)]).toEqual([REFUSED, userId]);
    expect(await viewerWith(await providerToken(key, { email, iat: undefined }))).toBe(userId);
  });

  it("signs in nobody for an unknown address or a contact's address", async () => {
    const contact = `${randomUUID()}@example.com`;
    await succeed(workspace, CreateContactDocument, { name: 'Cora', email: contact });
    for (const address of [
      `${randomUUID()}@example.com`,
      contact,
      '',
      'nonsense',
      undefined,
      null,
      [email],
      { a: email },
    ]) {
      expect(await viewerWith(await providerToken(key, { email: address }))).toBe(REFUSED);
    }
  });

  it('does not match an address that only becomes equal when Unicode is lower-cased', async () => {
    await succeed(workspace, UpdateUserDocument, { userId, email: `kim-${email}` });
    expect(await viewerWith(await providerToken(key, { email: `KIM-${email}` }))).toBe(userId);
    expect(await viewerWith(await providerToken(key, { email: `\u212aim-${email}` }))).toBe(REFUSED);
  });

  it('is refused unless its address is verified, which only true and "true" mean', async () => {
    const answerTo = async (verified: unknown) => [
      verified,
      await viewerWith(await providerToken(key, { email, email_verified: verified })),
    ];
    for (const verified of [true, 'true']) expect(await answerTo(verified)).toEqual([verified, userId]);
    for (const verified of [false, 'false', 'False', 'TRUE', 'no', '0', '', 1, [true], {}, null, undefined]) {
      expect(await answerTo(verified)).toEqual([verified, REFUSED]);
    }
  });

  it('selects its workspace by id or slug, or implicitly if there is only one', async () => {
    const other = await parley.newWorkspace();
    const inOther = (await makeUser(other, 'Uma', { email })).id;
    const slugOf = async (client: TestWorkspace) => (await ask(client, ViewerDocument, {})).workspace.slug;
    const asked: [workspace: unknown, expected: string][] = [
      [undefined, REFUSED],
      [workspace.id, userId],
      [other.id, inOther],
      [await slugOf(workspace), userId],
      [await slugOf(other), inOther],
      [(await parley.newWorkspace()).id, REFUSED],
      ['', REFUSED],
      [7, REFUSED],
    ];
    for (const [claim, expected] of asked) {
      const claims = claim === undefined ? { email } : { email, workspace: claim };
      expect([claim, await viewerWith(await providerToken(key, claims))]).toEqual([claim, expected]);
    }
  });

  it('signs in while another workspace with the same address is being imported', async () => {
    const imported = await parley.newWorkspace();
    await makeUser(imported, 'Uma', { email });
    const workspaceId = uuidOf(imported.id);
    await parley.database.prisma.closedWorkspace.create({
      data: { workspaceId, reason: 'IMPORTING', checksum: '0'.repeat(64), readBytes: 0, closedAt: new Date() },
    });
    expect(await viewerWith(await providerToken(key, { email }))).toBe(userId);
    expect(await viewerWith(await providerToken(key, { email, workspace: imported.id }))).toBe(REFUSED);
    await parley.database.prisma.closedWorkspace.delete({ where: { workspaceId } });
    expect(await viewerWith(await providerToken(key, { email }))).toBe(REFUSED);
  });

  it('signs in to the configured workspace if it names none, regardless of other workspaces', async () => {
    const server = await serverFor(provider, workspace.id);
    const other = await parley.newWorkspace();
    const inOther = (await makeUser(other, 'Uma', { email })).id;
    const onlyInOther = `${randomUUID()}@example.com`;
    await makeUser(other, 'Otto', { email: onlyInOther });
    expect(await viewerWith(await providerToken(key, { email }))).toBe(REFUSED);
    expect(await viewerWith(await providerToken(key, { email }), server)).toBe(userId);
    expect(await viewerWith(await providerToken(key, { email: onlyInOther }), server)).toBe(REFUSED);
    expect(await viewerWith(await providerToken(key, { email, workspace: other.id }), server)).toBe(inOther);
    await server.stop();
  });

  it('is refused with the wrong audience or issuer, expired or not yet valid', async () => {
    const second = Math.floor(Date.now() / 1000);
    const wrong: Record<string, unknown>[] = [
      { aud: 'another application' },
      { aud: undefined },
      { iss: 'https://id.example.com' },
      { iss: undefined },
      { exp: second - 60 },
      { exp: undefined },
      { nbf: second + 300 },
      { iat: second + 300 },
      { iat: 1e300 },
    ];
    for (const claims of wrong) {
      expect([claims, await viewerWith(await providerToken(key, { email, ...claims }))]).toEqual([claims, REFUSED]);
    }
  });

  it('is refused if signed with another key, even under a published key id, or a shared secret', async () => {
    const stranger = await provider.newKey('stranger');
    expect(await viewerWith(await providerToken(stranger, { email }))).toBe(REFUSED);
    expect(await viewerWith(await providerToken({ ...stranger, kid: key.kid }, { email }))).toBe(REFUSED);
    const shown = await importJWK(key.jwk, 'RS256', { extractable: true });
    if (shown instanceof Uint8Array) throw new Error('The key is not a public one.');
    const second = Math.floor(Date.now() / 1000);
    const confused = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, email, iat: second, exp: second + 600 })
      .setProtectedHeader({ alg: 'HS256', kid: key.kid })
      .sign(new TextEncoder().encode(await exportSPKI(shown)));
    expect(await viewerWith(confused)).toBe(REFUSED);
    const [, payload] = (await providerToken(key, { email })).split('.');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', kid: key.kid })).toString('base64url');
    expect(await viewerWith(`${unsigned}.${payload}.`)).toBe(REFUSED);
  });

  it("is never accepted as a session token, nor a session token as one of the provider's", async () => {
    const ours = { iss: 'parley', aud: 'parley', sub: userId, ws: workspace.id, jti: 'x', auth_time: 1, email };
    expect(await viewerWith(await providerToken(key, ours))).toBe(REFUSED);
    const { token } = await makeToken(workspace, { actorId: userId });
    expect(await viewerWith(token)).toBe(userId);
  });

  it('can be exchanged for a session token for oneself or for a user of lower rank', async () => {
    const asUser = parley.connect({ ...workspace, apiKey: await providerToken(key, { email }) });
    expect((await makeToken(asUser, {})).actor.id).toBe(userId);
    const other = await makeUser(workspace);
    const refused = await asUser.run(CreateSessionTokenDocument, { input: { actorId: other.id } });
    expectType(refused.createSessionToken, 'ForbiddenError');
    await succeed(workspace, UpdateUserDocument, { userId, role: 'ADMIN' });
    const asOther = await signIn(parley, asUser, other.id);
    expect((await ask(asOther, ViewerDocument, {})).actor.id).toBe(other.id);
  });
});

describe("a session token issued for an identity provider's token", () => {
  it('expires at most 24 hours after that token was issued, even when renewed', async () => {
    const issuedAt = Math.floor(Date.now() / 1000) - 23 * 60 * 60;
    const asUser = parley.connect({ ...workspace, apiKey: await providerToken(key, { email, iat: issuedAt }) });
    const end = new Date((issuedAt + DAY_SECONDS) * 1000).toISOString();
    const first = await makeToken(asUser, { expiresInSeconds: DAY_SECONDS });
    const second = await makeToken(parley.connect({ ...workspace, apiKey: first.token }), {
      expiresInSeconds: DAY_SECONDS,
    });
    expect([first.expiresAt, second.expiresAt]).toEqual([end, end]);
  });
});

describe("the identity provider's keys", () => {
  it('are fetched once and cached across tokens', async () => {
    await viewerWith(await providerToken(key, { email }));
    const before = provider.asked();
    for (let index = 0; index < 20; index += 1) await viewerWith(await providerToken(key, { email }));
    expect(provider.asked()).toBe(before);
  });

  it.each(['ES256', 'EdDSA', 'PS256'])('can be of type %s', async (alg) => {
    const own = await startProvider();
    const other = await own.newKey('k', alg);
    own.publish(other);
    const server = await serverFor(own);
    expect(await viewerWith(await providerToken(other, { email }), server)).toBe(userId);
    await server.stop();
    await own.stop();
  });

  it('are fetched again when a token names an unknown key, so rotated-out keys stop working', async () => {
    const own = await startProvider();
    const [old, next] = [await own.newKey('old'), await own.newKey('new')];
    own.publish(old);
    const server = await serverFor(own);
    expect(await viewerWith(await providerToken(old, { email }), server)).toBe(userId);
    own.publish(next);
    const rotated = await providerToken(next, { email });
    await eventually(async () => (await viewerWith(rotated, server)) === userId, 'the new key', 20_000);
    expect(await viewerWith(await providerToken(old, { email }), server)).toBe(REFUSED);
    await server.stop();
    await own.stop();
  }, 30_000);

  it('cause a retryable 503 if they cannot be fetched, while API keys and session tokens keep working', async () => {
    const own = await startProvider();
    const only = await own.newKey('only');
    own.publish(only);
    own.fail(500);
    const server = await serverFor(own);
    const token = await providerToken(only, { email });
    const answer = await server.connect({ ...workspace, apiKey: token }).post('{ viewer { role } }');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.body.errors?.[0]?.extensions).toEqual({ code: 'IDENTITY_PROVIDER_UNAVAILABLE' });
    expect(await viewerWith((await makeToken(server.connect(workspace), { actorId: userId })).token, server)).toBe(
      userId,
    );
    const codes: unknown[] = [];
    connect(server.url, token).on('closed', (event) => codes.push(Object(event).code));
    await eventually(() => codes.length > 0, 'the close');
    expect(codes).toEqual([1013]);
    own.fail(null);
    expect(await viewerWith(token, server)).toBe(userId);
    await server.stop();
    await own.stop();
  });
});
