import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { loadConfig } from '../../src/config.js';
import { RevokeApiKeyDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { makeApiKey } from '../support/api-key.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { signInAs } from '../support/token.js';

const LIMIT = 3;
let lookUps = 0;
const config = { maxFailedAuthentications: LIMIT, redisUrl: undefined };
const parley = useParley({
  config: { ...config, trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'] },
  onStatement: (sql) => {
    if (sql.includes('"ApiKey"')) lookUps += 1;
  },
});
const workspace = useWorkspace(parley);

const unknownKey = () => `parley_sk_${randomBytes(32).toString('hex').slice(0, 43)}`;

let addresses = 0;
/** An address that no other test uses. */
function newAddress(): string {
  addresses += 1;
  return `198.51.100.${addresses}`;
}

type Sent = { from?: string | undefined; key?: string | null; url?: string; accept?: string };

function post({ from, key = unknownKey(), url = parley.url, accept = 'application/json' }: Sent): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/json', accept });
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  if (from !== undefined) headers.set('x-forwarded-for', from);
  return fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
}

async function statusOf(sent: Sent): Promise<number> {
  const response = await post(sent);
  await response.text();
  return response.status;
}

/** Tries as many keys from an address as may be tried. */
async function exhaust(sent: Sent): Promise<void> {
  for (let tries = 0; tries < LIMIT; tries += 1) expect(await statusOf(sent)).toBe(401);
}

/** Why the server closes a socket, after a key was tried on it. */
async function closeOf(from: string, key: string): Promise<{ code: number; reason: string }> {
  const headers = { 'x-forwarded-for': from };
  const socket = new WebSocket(parley.url.replace(/^http/, 'ws'), 'graphql-transport-ws', { headers });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${key}` } }));
  const [code, reason] = await closed;
  return { code, reason: String(reason) };
}

describe('an address from which too many keys were invalid', () => {
  it('gets 429 and when to try again, without a look-up, while others can go on', async () => {
    const from = newAddress();
    await exhaust({ from });
    const before = lookUps;
    const response = await post({ from });
    expect(response.status).toBe(429);
    expect(lookUps).toBe(before);
    const retryAfter = Number(response.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    const { errors } = await response.json();
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }]);
    expect(errors[0].message).toMatch(
      /^Too many invalid keys or tokens came from your address\. Try again in \d+ s\.$/,
    );
    expect(await statusOf({ from: newAddress() })).toBe(401);
  });

  it('gets no event stream', async () => {
    const from = newAddress();
    await exhaust({ from, accept: 'text/event-stream' });
    const response = await post({ from, accept: 'text/event-stream' });
    expect(response.status).toBe(429);
    expect(await response.text()).toContain('RATE_LIMITED');
  });

  it('gets no WebSocket, which closes with 1013, and all three ways count together', async () => {
    const from = newAddress();
    const refused = { code: 4403, reason: expect.stringContaining('unknown, revoked or expired') };
    expect(await closeOf(from, unknownKey())).toEqual(refused);
    expect(await closeOf(from, unknownKey())).toEqual(refused);
    expect(await statusOf({ from })).toBe(401);
    const waiting = { code: 1013, reason: expect.stringMatching(/^Too many invalid keys .* Try again in \d+ s\.$/) };
    expect(await closeOf(from, unknownKey())).toEqual(waiting);
    expect(await statusOf({ from })).toBe(429);
    expect(await closeOf(newAddress(), unknownKey())).toEqual(refused);
  });

  it('can go on with a key that was valid before, and with any valid token', async () => {
    const from = newAddress();
    const { apiKey: used } = await makeApiKey(parley, workspace);
    const { apiKey: unused } = await makeApiKey(parley, workspace);
    const { apiKey: token } = await signInAs(parley, workspace, 'CONTACT');
    expect(await statusOf({ from: newAddress(), key: used })).toBe(200);
    await exhaust({ from });
    expect(await statusOf({ from, key: used })).toBe(200);
    expect(await statusOf({ from, key: token })).toBe(200);
    expect(await statusOf({ from, key: unused })).toBe(429);
    expect(await statusOf({ from, key: `${token}x` })).toBe(429);
  });

  it('cannot go on with a key once that is revoked', async () => {
    const from = newAddress();
    const { apiKey, post: postWithKey } = await makeApiKey(parley, workspace);
    const { body } = await postWithKey<{ viewer: { actor: { id: string } } }>('{ viewer { actor { id } } }');
    await exhaust({ from });
    expect(await statusOf({ from, key: apiKey })).toBe(200);
    await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: body.data?.viewer.actor.id ?? '' });
    expect(await statusOf({ from, key: apiKey })).toBe(401);
    expect(await statusOf({ from, key: apiKey })).toBe(429);
  });
});

it('requests without a key, and with a valid one, do not count', async () => {
  const from = newAddress();
  for (let tries = 0; tries <= LIMIT; tries += 1) {
    expect(await statusOf({ from, key: null })).toBe(401);
    expect(await statusOf({ from, key: workspace.apiKey })).toBe(200);
  }
  await exhaust({ from });
  expect(await statusOf({ from, key: null })).toBe(401);
});

describe('X-Forwarded-For', () => {
  const direct = useParley({ config: { ...config, trustedProxies: ['10.0.0.0/8'] } });

  it('counts for nothing when it comes from an address that is no trusted proxy', async () => {
    const { url } = direct;
    for (let tries = 0; tries < LIMIT; tries += 1) expect(await statusOf({ from: newAddress(), url })).toBe(401);
    expect(await statusOf({ from: newAddress(), url })).toBe(429);
    expect(await statusOf({ url })).toBe(429);
  });

  it('counts from a trusted proxy as far as trusted proxies have written it', async () => {
    const client = newAddress();
    for (const way of [client, `${newAddress()}, ${client}`, `1.1.1.1,${newAddress()}, ${client}:4711, 10.1.2.3`]) {
      expect(await statusOf({ from: way })).toBe(401);
    }
    expect(await statusOf({ from: `${newAddress()}, ${client}, [fd00::7]:443, 10.9.9.9` })).toBe(429);
  });

  it('counts as the last proxy where the address before it is missing or none', async () => {
    const proxy = '10.20.30.40';
    for (const way of [proxy, `unknown, ${proxy}`, `${newAddress()}, <script>, ${proxy}`]) {
      expect(await statusOf({ from: way })).toBe(401);
    }
    expect(await statusOf({ from: `, ${proxy}` })).toBe(429);
  });

  it('counts the addresses of a /64 of IPv6 as one, and those of IPv4 one by one in either notation', async () => {
    for (const from of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::', '[2001:db8:1:2::1]:443']) {
      expect(await statusOf({ from })).toBe(401);
    }
    expect(await statusOf({ from: '2001:db8:1:2:3:4:5:6' })).toBe(429);
    expect(await statusOf({ from: '2001:db8:1:3::1' })).toBe(401);
    const client = newAddress();
    await exhaust({ from: client });
    expect(await statusOf({ from: `::ffff:${client}` })).toBe(429);
    expect(await statusOf({ from: `::ffff:${newAddress()}` })).toBe(401);
  });
});

it('TRUSTED_PROXIES takes addresses and networks, and nothing else', () => {
  const list = '10.0.0.0/8, 192.0.2.7,2001:db8::/32,::1';
  expect(loadConfig({ TRUSTED_PROXIES: list }).trustedProxies).toEqual(list.split(/, ?/));
  for (const wrong of ['proxy.example.com', '10.0.0.0/33', '10.0.0', '10.0.0.1,,10.0.0.2', '*']) {
    expect(() => loadConfig({ TRUSTED_PROXIES: wrong })).toThrow(
      `TRUSTED_PROXIES is "${wrong}": it takes IP addresses and networks separated by commas, such as 10.0.0.0/8`,
    );
  }
});

const redisUrl = process.env.REDIS_URL;

describe.skipIf(!redisUrl)('with Redis (only where REDIS_URL is set)', () => {
  const shared = { maxFailedAuthentications: LIMIT, redisUrl, trustedProxies: ['127.0.0.1'] };
  const [one, other] = [useParley({ config: shared }), useParley({ config: shared })];

  it('all processes count together', async () => {
    // Until a process has its connection to Redis, it counts for itself.
    await eventually(async () => {
      const from = `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`;
      await exhaust({ from, url: one.url });
      const statuses = [await statusOf({ from, url: other.url }), await statusOf({ from, url: one.url })];
      return statuses.every((status) => status === 429);
    }, 'the other process refuses what the first one has counted');
  });
});
