import { hash, randomInt } from 'node:crypto';

const PREFIX = 'parley_sk_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 43;
const SECRET = new RegExp(`^${PREFIX}[0-9A-Za-z]{${SECRET_LENGTH}}$`);

/** Creates a secret of 256 random bits. It is returned once; only its hash is stored. */
export function newApiKeySecret(): string {
  return PREFIX + Array.from({ length: SECRET_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

export function looksLikeApiKey(secret: string): boolean {
  return SECRET.test(secret);
}

/** The hash of a secret, as stored. Plain SHA-256 is sufficient for 256 random bits. */
export function hashApiKey(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha256', secret, 'buffer'));
}
