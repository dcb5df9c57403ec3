import { createHmac, timingSafeEqual } from 'node:crypto';

/** Writes and reads cursors: opaque to clients, signed, so that one that was tampered with is never taken for real. */
export type CursorCodec = {
  encode(kind: string, values: CursorValues): string;
  /** The values, or null where the cursor is malformed, tampered with, or of another kind. */
  decode(kind: string, cursor: string): CursorValues | null;
};

type CursorValues = readonly (string | number)[];

const SIGNATURE_BYTES = 8;
const CURSOR = /^[A-Za-z0-9_-]{12,1024}$/;

export function createCursorCodec(secret: Uint8Array): CursorCodec {
  const sign = (kind: string, body: Buffer) =>
    createHmac('sha256', secret).update(kind).update('\0').update(body).digest().subarray(0, SIGNATURE_BYTES);
  return {
    encode: (kind, values) => {
      const body = Buffer.from(JSON.stringify(values));
      return Buffer.concat([sign(kind, body), body]).toString('base64url');
    },
    decode: (kind, cursor) => {
      if (!CURSOR.test(cursor)) return null;
      const bytes = Buffer.from(cursor, 'base64url');
      const body = bytes.subarray(SIGNATURE_BYTES);
      if (bytes.toString('base64url') !== cursor) return null;
      if (!timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), sign(kind, body))) return null;
      const values: unknown = JSON.parse(body.toString());
      return Array.isArray(values) ? values : null;
    },
  };
}
