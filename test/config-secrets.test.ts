import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect, it } from 'vitest';
import { loadConfig } from '../src/config.js';

it('SECRETS_KEY takes one key or several, in base64 or hexadecimal, in which the same key has the same id', () => {
  const bytes = Buffer.alloc(32, 7);
  const hex = bytes.toString('hex');
  const idsOf = (SECRETS_KEY: string) => loadConfig({ SECRETS_KEY }).secretKeys.map(({ id }) => id);
  const [id] = idsOf(hex);
  expect(id).toMatch(/^[0-9a-f]{8}$/);
  expect(idsOf(`${bytes.toString('base64')}, ${bytes.toString('base64url')},${hex.toUpperCase()}`)).toEqual([
    id,
    id,
    id,
  ]);
  expect(idsOf(Buffer.alloc(32, 8).toString('base64'))).not.toEqual([id]);
});

it.for([
  'x',
  'a'.repeat(63),
  'a'.repeat(66),
  Buffer.alloc(31).toString('base64'),
  `${'a'.repeat(64)},`,
  'é'.repeat(43),
])('SECRETS_KEY=%s is refused without being shown', (SECRETS_KEY) => {
  expect(() => loadConfig({ SECRETS_KEY })).toThrow(
    /^SECRETS_KEY is wrong: it takes 32 random bytes in base64 [^\n]*$/,
  );
});

it('TOKEN_SECRET accepts an Ed25519 private key only, also with escaped line breaks', () => {
  const pem = (key: KeyObject, type: 'pkcs8' | 'spki') => key.export({ type, format: 'pem' }).toString();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const secret = pem(privateKey, 'pkcs8');
  expect(loadConfig({ TOKEN_SECRET: secret }).tokenSecret).toBe(secret);
  expect(loadConfig({ TOKEN_SECRET: secret.replaceAll('\n', '\\n') }).tokenSecret).toBe(secret);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  for (const wrong of [pem(publicKey, 'spki'), pem(rsa, 'pkcs8'), secret.slice(0, 60)]) {
    expect(() => loadConfig({ TOKEN_SECRET: wrong })).toThrow(/^TOKEN_SECRET is wrong: [^\n]*$/);
  }
});
