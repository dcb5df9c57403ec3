import { createCipheriv, createHmac, hash, timingSafeEqual } from 'node:crypto';

/**
 * Encodes and decodes cursors. Cursors are encrypted, because they contain what clients should not see, such as the
 * number of events in a workspace, and signed, so that forged ones are rejected. The same values always result in the
 * same cursor.
 */
export type CursorCodec = {
  encode(kind: string, values: CursorValues): string;
  /** The values; null if the cursor is malformed, forged, or of another kind. */
  decode(kind: string, cursor: string): CursorValues | null;
};

type CursorValues = readonly (string | number)[];

const SIGNATURE_BYTES = 16;
const CURSOR = /^[A-Za-z0-9_-]{24,1024}$/;

/**
 * Creates the codec. As in RFC 5297, the signature of the content is also the initialization vector of its encryption.
 */
export function createCursorCodec(secret: Uint8Array): CursorCodec {
  const keyFor = (purpose: string) => createHmac('sha256', secret).update(purpose).digest();
  const hmac = createSigner(keyFor('sign cursors'));
  const crypt = createCounterMode(keyFor('encrypt cursors'));
  const sign = (kind: string, body: string) => hmac(`${kind}\0${body}`).subarray(0, SIGNATURE_BYTES);
  return {
    encode: (kind, values) => {
      const body = JSON.stringify(values);
      const bytes = Buffer.allocUnsafe(SIGNATURE_BYTES + Buffer.byteLength(body));
      bytes.set(sign(kind, body));
      bytes.write(body, SIGNATURE_BYTES);
      crypt(bytes);
      return bytes.toString('base64url');
    },
    decode: (kind, cursor) => {
      if (!CURSOR.test(cursor)) return null;
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.toString('base64url') !== cursor) return null;
      crypt(bytes);
      const body = bytes.subarray(SIGNATURE_BYTES);
      const text = body.toString();
      // What is no UTF-8 is no text that was signed.
      if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), sign(kind, text))) return null;
      const values: unknown = JSON.parse(text);
      return Array.isArray(values) ? values : null;
    },
  };
}

// A cursor is short, and whoever comes back after a break gets thousands of them: objects that OpenSSL sets up for one
// message take several times as long as what they compute. Both functions give what those objects would.

const HASH_BLOCK = 64;
const HASH_BYTES = 32;
/** The longest text that most cursors have. */
const USUAL_LENGTH = 1024;

/** HMAC with SHA-256 (RFC 2104) by a key that is no longer than a block. The next call overwrites what it returns. */
function createSigner(key: Buffer): (message: string) => Buffer {
  const padded = Buffer.concat([key, Buffer.alloc(HASH_BLOCK - key.length)]);
  const inner = padded.map((byte) => byte ^ 0x36);
  const outer = padded.map((byte) => byte ^ 0x5c);
  const usual = Buffer.concat([inner, Buffer.alloc(USUAL_LENGTH)]);
  const around = Buffer.concat([outer, Buffer.alloc(HASH_BYTES)]);
  const signature = Buffer.alloc(HASH_BYTES);
  // As text of one byte a character, which OpenSSL hands out in a third of the time that a buffer takes.
  const digest = (bytes: Uint8Array, into: Buffer, at: number) =>
    into.write(hash('sha256', bytes, 'binary'), at, 'latin1');
  return (message) => {
    const isUsual = message.length * MAX_BYTES <= USUAL_LENGTH;
    const bytes = isUsual ? usual : Buffer.concat([inner, Buffer.alloc(Buffer.byteLength(message))]);
    const length = bytes.write(message, HASH_BLOCK);
    digest(bytes.subarray(0, HASH_BLOCK + length), around, HASH_BLOCK);
    digest(around, signature, 0);
    return signature;
  };
}

/** Of a UTF-16 code unit in UTF-8. */
const MAX_BYTES = 3;
const CIPHER_BLOCK = 16;

/**
 * AES-256 in counter mode (NIST SP 800-38A), from the counter at the beginning of the bytes on, of all that follows it.
 * It encrypts and decrypts alike: what it adds are encrypted counters.
 */
function createCounterMode(key: Buffer): (bytes: Buffer) => void {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return (bytes) => {
    const blocks = Math.ceil(bytes.length / CIPHER_BLOCK) - 1;
    const counters = Buffer.allocUnsafe(blocks * CIPHER_BLOCK);
    for (let at = 0; at < counters.length; at += CIPHER_BLOCK) {
      if (at === 0) counters.set(bytes.subarray(0, CIPHER_BLOCK));
      else {
        counters.copyWithin(at, at - CIPHER_BLOCK, at);
        increment(counters, at);
      }
    }
    const stream = cipher.update(counters);
    for (let at = CIPHER_BLOCK; at < bytes.length; at += 1) {
      bytes[at] = (bytes[at] ?? 0) ^ (stream[at - CIPHER_BLOCK] ?? 0);
    }
  };
}

/** Adds one to the number of 128 bits that begins there. */
function increment(bytes: Buffer, from: number): void {
  let at = from + CIPHER_BLOCK - 1;
  while (at > from && bytes[at] === 0xff) {
    bytes[at] = 0;
    at -= 1;
  }
  bytes[at] = ((bytes[at] ?? 0) + 1) & 0xff;
}
