import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

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

const CIPHER = 'aes-256-ctr';
const SIGNATURE_BYTES = 16;
const CURSOR = /^[A-Za-z0-9_-]{24,1024}$/;

/**
 * Creates the codec. As in RFC 5297, the signature of the content is also the initialization vector of its encryption.
 */
export function createCursorCodec(secret: Uint8Array): CursorCodec {
  const keyFor = (purpose: string) => createHmac('sha256', secret).update(purpose).digest();
  const [signing, encrypting] = [keyFor('sign cursors'), keyFor('encrypt cursors')];
  const sign = (kind: string, body: Buffer) =>
    createHmac('sha256', signing).update(kind).update('\0').update(body).digest().subarray(0, SIGNATURE_BYTES);
  return {
    encode: (kind, values) => {
      const body = Buffer.from(JSON.stringify(values));
      const signature = sign(kind, body);
      const hidden = createCipheriv(CIPHER, encrypting, signature).update(body);
      return Buffer.concat([signature, hidden]).toString('base64url');
    },
    decode: (kind, cursor) => {
      if (!CURSOR.test(cursor)) return null;
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.toString('base64url') !== cursor) return null;
      const signature = bytes.subarray(0, SIGNATURE_BYTES);
      const body = createDecipheriv(CIPHER, encrypting, signature).update(bytes.subarray(SIGNATURE_BYTES));
      if (!timingSafeEqual(signature, sign(kind, body))) return null;
      const values: unknown = JSON.parse(body.toString());
      return Array.isArray(values) ? values : null;
    },
  };
}
