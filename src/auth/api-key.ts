import { createHash, randomInt } from 'node:crypto';

const PREFIX = 'parley_sk_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 43;
const SECRET = new RegExp(`^${PREFIX}[0-9A-Za-z]{${SECRET_LENGTH}}$`);

/** A new secret of 256 random bits. It is shown once; only its hash is kept. */
export function newApiKeySecret(): string {
  return PREFIX + Array.from({ length: SECRET_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

export function looksLikeApiKey(secret: string): boolean {
  return SECRET.test(secret);
}

/** What is kept of a secret. A plain SHA-256 is enough for 256 random bits. */
export function hashApiKey(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}
