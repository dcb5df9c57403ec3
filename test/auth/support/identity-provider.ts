import { createServer } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export const ISSUER = 'https://id.example.com/';
export const AUDIENCE = 'parley-tests';

/** A key of the provider, with which it signs; `kid` is its name. */
export type ProviderKey = { kid: string; alg: string; privateKey: CryptoKey; jwk: JWK };

export type TestProvider = {
  jwksUrl: string;
  newKey: (kid: string, alg?: string) => Promise<ProviderKey>;
  /** Publishes these keys in the place of those before. */
  publish: (...keys: ProviderKey[]) => void;
  /** Publishes these entries, which need not be keys. */
  publishRaw: (...entries: unknown[]) => void;
  /** Responds to key requests with this status from now on; null responds with the keys again. */
  fail: (status: number | null) => void;
  /** How often the keys were asked for. */
  asked: () => number;
  stop: () => Promise<void>;
};

/** An identity provider, as far as its published keys go. */
export async function startProvider(): Promise<TestProvider> {
  let published: unknown[] = [];
  let failure: number | null = null;
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    if (failure !== null) return void response.writeHead(failure).end('away');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The provider has no port.');
  return {
    jwksUrl: `http://127.0.0.1:${address.port}/keys`,
    newKey: async (kid, alg = 'RS256') => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
    },
    publish: (...keys) => {
      published = keys.map(({ jwk }) => jwk);
    },
    publishRaw: (...entries) => {
      published = entries;
    },
    fail: (status) => {
      failure = status;
    },
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A token of the provider that is right, but for the claims that are given. */
export async function providerToken(
  { kid, alg, privateKey }: Omit<ProviderKey, 'kid' | 'jwk'> & { kid?: string | undefined },
  claims: Record<string, unknown>,
  now: Date = new Date(),
): Promise<string> {
  const second = Math.floor(now.getTime() / 1000);
  const times = { iat: second, exp: second + 600 };
  return new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'auth0|1', email_verified: true, ...times, ...claims })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }), typ: 'JWT' })
    .sign(privateKey);
}
