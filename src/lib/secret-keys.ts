import { createHash, createSecretKey, type KeyObject } from 'node:crypto';

/** A key that secrets are encrypted with before they are stored. */
export type SecretKey = {
  /** Names the key in what it has encrypted, and in messages, without telling it. */
  id: string;
  /** Not as bytes, which anything that prints a configuration would show. */
  key: KeyObject;
};

const KEY_BYTES = 32;
const ID_LENGTH = 8;

/** The keys in a list separated by commas, each 32 bytes in hexadecimal or base64; null unless all are valid. */
export function secretKeysOf(list: string): SecretKey[] | null {
  const keys = list.split(',').map((text) => secretKeyOf(text.trim()));
  return keys.every((key) => key !== null) ? keys : null;
}

function secretKeyOf(text: string): SecretKey | null {
  const isHex = /^[0-9a-f]{64}$/i.test(text);
  if (!isHex && !/^[\w+/-]{43}=?$/.test(text)) return null;
  const bytes = Buffer.from(text, isHex ? 'hex' : 'base64');
  if (bytes.length !== KEY_BYTES) return null;
  const id = createHash('sha256').update('parley secret key').update(bytes).digest('hex').slice(0, ID_LENGTH);
  return { id, key: createSecretKey(bytes) };
}
