import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { makeUser } from '../support/make.js';
import { startParley, type TestServer, type TestWorkspace } from '../support/parley.js';
import {
  AUDIENCE,
  ISSUER,
  type ProviderKey,
  providerToken,
  startProvider,
  type TestProvider,
} from './support/identity-provider.js';

const REFUSED = 401;

let provider: TestProvider;
let parley: TestServer;
let workspace: TestWorkspace;
let claims: { email: string };
let keys: ProviderKey[];

beforeAll(async () => {
  provider = await startProvider();
  keys = await Promise.all(['first', 'second', 'third'].map((kid) => provider.newKey(kid)));
});
afterAll(() => provider.stop());

/** A server that has not fetched any keys yet. */
async function withServer(use: () => Promise<void>): Promise<void> {
  const identityProvider = { jwksUrl: provider.jwksUrl, issuer: ISSUER, audience: AUDIENCE };
  parley = await startParley({ config: { identityProvider } });
  try {
    workspace = await parley.newWorkspace();
    claims = { email: `${randomUUID()}@example.com` };
    await makeUser(workspace, 'Uma', claims);
    await use();
  } finally {
    await parley.stop();
  }
}

async function statusWith(token: string): Promise<number> {
  return (await workspace.post('{ viewer { role } }', {}, token)).status;
}

const named = (kid: string) => keys.map((key) => ({ ...key, kid, jwk: { ...key.jwk, kid } }));
const nameless = () =>
  keys.map(({ jwk: { kid: _kid, ...jwk }, ...key }) => ({ alg: key.alg, privateKey: key.privateKey, jwk }));

describe('published keys', () => {
  it('may have one id twice: each is tried', async () => {
    const twins = named('twin');
    provider.publish(...twins);
    await withServer(async () => {
      for (const key of twins) expect(await statusWith(await providerToken(key, claims))).toBe(200);
      const stranger = await provider.newKey('twin');
      expect(await statusWith(await providerToken(stranger, claims))).toBe(REFUSED);
    });
  });

  it('are all tried for a token that names none, whether they have ids or not', async () => {
    const unnamed = nameless();
    for (const entries of [keys.map(({ jwk }) => jwk), unnamed.map(({ jwk }) => jwk)]) {
      provider.publishRaw(...entries);
      await withServer(async () => {
        for (const key of unnamed) expect(await statusWith(await providerToken(key, claims))).toBe(200);
        const { alg, privateKey } = await provider.newKey('stranger');
        expect(await statusWith(await providerToken({ alg, privateKey }, claims))).toBe(REFUSED);
      });
    }
  });

  it('work next to entries that are broken, of other kinds, or no keys at all', async () => {
    const [key] = keys;
    if (!key) throw new Error('There is no key.');
    const broken = [
      ...[null, 7, 'key', [], [key.jwk], {}, { kty: 'RSA' }, { kty: null, kid: key.kid }],
      ...[
        { ...key.jwk, n: 5 },
        { ...key.jwk, n: 'AQAB' },
        { ...key.jwk, e: null },
        { ...key.jwk, use: 'enc' },
      ],
      ...[
        { kty: 'oct', k: 'c2VjcmV0', kid: key.kid },
        { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: key.kid },
      ],
      ...[
        { kty: 'NEW', kid: 'new' },
        { ...key.jwk, key_ops: 'verify' },
        { ...key.jwk, ext: 'yes' },
      ],
    ];
    provider.publishRaw(...broken, { ...key.jwk, x5t: null, key_ops: null, ext: null }, ...broken);
    await withServer(async () => {
      expect(await statusWith(await providerToken(key, claims))).toBe(200);
      expect(await statusWith(await providerToken({ ...key, kid: undefined }, claims))).toBe(200);
    });
  });

  it('refuse a token as any unknown one if the only key with its id is broken', async () => {
    const [key, other] = keys;
    if (!key || !other) throw new Error('There is no key.');
    provider.publishRaw({ ...key.jwk, n: 5 }, other.jwk);
    await withServer(async () => {
      expect(await statusWith(await providerToken(key, claims))).toBe(REFUSED);
      expect(await statusWith(await providerToken(other, claims))).toBe(200);
    });
  });

  it('may change under the same id, which is found within seconds', { timeout: 40_000 }, async () => {
    const [before, after] = named('constant');
    if (!before || !after) throw new Error('There is no key.');
    provider.publish(before);
    await withServer(async () => {
      expect(await statusWith(await providerToken(before, claims))).toBe(200);
      provider.publish(after);
      const token = await providerToken(after, claims);
      await eventually(async () => (await statusWith(token)) === 200, 'the changed key', 20_000);
      expect(await statusWith(await providerToken(before, claims))).toBe(REFUSED);
    });
  });

  it('are fetched at most once for many tokens that none of them has signed', async () => {
    const [key] = keys;
    if (!key) throw new Error('There is no key.');
    provider.publish(key);
    const stranger = { ...(await provider.newKey('stranger')), kid: key.kid };
    await withServer(async () => {
      expect(await statusWith(await providerToken(key, claims))).toBe(200);
      const asked = provider.asked();
      for (let times = 0; times < 20; times += 1) await statusWith(await providerToken(stranger, claims));
      expect(provider.asked()).toBeLessThanOrEqual(asked + 1);
    });
  });
});

describe('a claim that is null', () => {
  it('counts as absent', async () => {
    provider.publish(...keys);
    const [key] = keys;
    if (!key) throw new Error('There is no key.');
    await withServer(async () => {
      for (const name of ['workspace', 'iat', 'nbf', 'sub', 'groups']) {
        expect([name, await statusWith(await providerToken(key, { ...claims, [name]: null }))]).toEqual([name, 200]);
      }
      for (const name of ['exp', 'iss', 'aud', 'email', 'email_verified']) {
        expect([name, await statusWith(await providerToken(key, { ...claims, [name]: null }))]).toEqual([
          name,
          REFUSED,
        ]);
      }
    });
  });
});
