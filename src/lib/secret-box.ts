import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import { StartError } from './program.js';
import type { SecretKey } from './secret-keys.js';

/** A secret as it is stored: encrypted, in the form `enc:v1:KEY:DATA`, or plain. */
export type StoredSecret = { text: string; encrypted: boolean };

/**
 * Encrypts secrets before they are stored. A place is the row and column that a secret is stored in: what was encrypted
 * for one place cannot be decrypted in another.
 */
export type SecretBox = {
  /** The ids of the keys. The first encrypts; without any, secrets are stored as they are. */
  keyIds: readonly string[];
  encrypt: (secret: string, place: string) => StoredSecret;
  /** @throws {UnreadableSecretError} if the key is missing, or the secret was not encrypted for this place */
  decrypt: (stored: StoredSecret, place: string) => string;
  /** Whether a secret is stored as it would be if it were stored now. */
  isCurrent: (stored: StoredSecret) => boolean;
};

/** A stored secret cannot be decrypted. The message names its place and its key. */
export class UnreadableSecretError extends StartError {
  override readonly name = 'UnreadableSecretError';
}

const VERSION = 'enc:v1:';
const ANY_VERSION = /^enc:v\d+:/;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createSecretBox(keys: readonly SecretKey[]): SecretBox {
  const [first] = keys;
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  return {
    keyIds: keys.map(({ id }) => id),
    encrypt: (secret, place) => {
      if (!first) return { text: secret, encrypted: false };
      return { text: `${headOf(first.id)}${encryptWith(first, secret, place)}`, encrypted: true };
    },
    decrypt: ({ text, encrypted }, place) => {
      if (!encrypted) return text;
      const [, version, keyId = '', data = ''] = text.split(':');
      if (version !== 'v1') throw new UnreadableSecretError(`${place} was encrypted by a later version of Parley`);
      const key = byId.get(keyId);
      if (!key) throw new UnreadableSecretError(`${place} is encrypted with the key ${keyId}, which SECRETS_KEY lacks`);
      return decryptWith(key, { keyId, data, place });
    },
    isCurrent: ({ text, encrypted }) => (first ? encrypted && text.startsWith(headOf(first.id)) : !encrypted),
  };
}

/** A stored text, of which the plain form never looks like the encrypted one. */
export function storedSecret(text: string): StoredSecret {
  return { text, encrypted: ANY_VERSION.test(text) };
}

function headOf(keyId: string): string {
  return `${VERSION}${keyId}:`;
}

/** The data that is authenticated but not encrypted. */
function contextOf(keyId: string, place: string): Buffer {
  return Buffer.from(`${headOf(keyId)}${place}`);
}

function encryptWith({ id, key }: SecretKey, secret: string, place: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(contextOf(id, place));
  const encrypted = [cipher.update(secret, 'utf8'), cipher.final()];
  return Buffer.concat([nonce, ...encrypted, cipher.getAuthTag()]).toString('base64url');
}

function decryptWith(key: KeyObject, { keyId, data, place }: { keyId: string; data: string; place: string }): string {
  const bytes = Buffer.from(data, 'base64url');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const encrypted = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  try {
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(contextOf(keyId, place))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8');
  } catch {
    // The original error says nothing more.
    throw new UnreadableSecretError(`${place} holds a secret that was damaged, or encrypted for another row`);
  }
}
