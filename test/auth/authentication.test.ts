import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { newApiKeySecret } from '../../src/auth/api-key.js';
import { makeApiKey } from '../support/api-key.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeBot } from '../support/make.js';

let now = new Date('2026-05-01T10:00:00.000Z');
const parley = useParley({ clock: () => now });
const workspace = useWorkspace(parley);

const viewer = '{ viewer { actor { __typename id } } }';

async function post(query: string, authorization: string | null) {
  const response = await fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function expectUnauthenticated(answer: ReturnType<typeof post>, message: string): Promise<void> {
  const { status, headers, body } = await answer;
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe('Bearer');
  expect(body).toEqual({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
}

const missing = 'Send an API key or a session token: Authorization: Bearer …';
const refused = 'This API key is unknown, revoked or expired, or its maker may no longer have it. Use another one.';

describe('a request', () => {
  const headers: [what: string, header: (secret: string) => string | null, message: string][] = [
    ['no header', () => null, missing],
    ['an empty header', () => '', missing],
    ['the scheme alone', () => 'Bearer', missing],
    ['the scheme and spaces', () => 'Bearer   ', missing],
    ['another scheme', (secret) => `Basic ${secret}`, missing],
    ['the secret without its scheme', (secret) => secret, missing],
    ['something behind the secret', (secret) => `Bearer ${secret} ${secret}`, missing],
    ['a secret of the wrong form', () => 'Bearer parley_sk_short', refused],
    ['a secret with one character too many', (secret) => `Bearer ${secret}0`, refused],
    ['a secret in other case', (secret) => `Bearer ${secret.toUpperCase()}`, refused],
    ['a quote in the secret', () => `Bearer parley_sk_${"'".repeat(43)}`, refused],
    ['a secret that nobody has', () => `Bearer ${newApiKeySecret()}`, refused],
    ['a header of 8 KB', () => `Bearer ${'a'.repeat(8_000)}`, refused],
  ];

  it.each(headers)('with %s gets UNAUTHENTICATED and status 401', async (_what, header, message) => {
    await expectUnauthenticated(post(viewer, header(workspace.apiKey)), message);
  });

  it.each([
    ['introspection', getIntrospectionQuery()],
    ['__typename', '{ __typename }'],
    ['a query that does not parse', '{ viewer {'],
    ['a query that is not valid', '{ nothing }'],
    ['a query that is too large', '{'.repeat(1000)],
    ['a mutation', 'mutation { createBot(input: { name: "Intruder" }) { __typename } }'],
  ])('for %s gets nothing but UNAUTHENTICATED without a key', async (_what, query) => {
    await expectUnauthenticated(post(query, null), missing);
  });

  it('by GET, as a form or with unreadable variables gets nothing but UNAUTHENTICATED without a key', async () => {
    const byGet = await fetch(`${parley.url}?query=${encodeURIComponent('{ __typename }')}`);
    const asForm = await fetch(parley.url, { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) });
    expect([byGet.status, asForm.status]).toEqual([401, 401]);
  });

  it.each(['Bearer ', 'bearer ', 'BEARER  '])('is authenticated when its scheme is written %j', async (scheme) => {
    const { status, body } = await post(viewer, scheme + workspace.apiKey);
    expect(status).toBe(200);
    expect(body.data.viewer.actor.__typename).toBe('ApiKey');
  });
});

describe('an API key', () => {
  it('is refused from the moment it is revoked', async () => {
    const { apiKey, post: withKey } = await makeApiKey(parley, workspace);
    const before = await withKey<{ viewer: { actor: { id: string } } }>(viewer);
    const id = uuidOf(before.body.data?.viewer.actor.id ?? '');
    await parley.database.prisma.$executeRaw`UPDATE "ApiKey" SET "revokedAt" = now() WHERE id = ${id}::uuid`;
    await expectUnauthenticated(post(viewer, `Bearer ${apiKey}`), refused);
  });

  it('is refused from the moment it expires', async () => {
    const { apiKey, post: withKey } = await makeApiKey(parley, workspace);
    const answer = await withKey<{ viewer: { actor: { id: string } } }>(viewer);
    const id = uuidOf(answer.body.data?.viewer.actor.id ?? '');
    const expiry = new Date(now.getTime() + 1000);
    await parley.database.prisma.$executeRaw`UPDATE "ApiKey" SET "expiresAt" = ${expiry} WHERE id = ${id}::uuid`;
    now = new Date(expiry.getTime() - 1);
    expect((await post(viewer, `Bearer ${apiKey}`)).status).toBe(200);
    now = expiry;
    await expectUnauthenticated(post(viewer, `Bearer ${apiKey}`), refused);
  });

  it('of a bot acts as that bot and is refused once the bot is deactivated', async () => {
    const bot = await makeBot(workspace);
    const { body } = await post(viewer, `Bearer ${bot.apiKey}`);
    expect(body.data.viewer.actor).toEqual({ __typename: 'Bot', id: bot.id });
    await parley.database.prisma
      .$executeRaw`UPDATE "Bot" SET "deactivatedAt" = now() WHERE id = ${uuidOf(bot.id)}::uuid`;
    await expectUnauthenticated(post(viewer, `Bearer ${bot.apiKey}`), refused);
  });
});
