import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import {
  array,
  assert,
  constantFrom,
  integer,
  maxSafeInteger,
  nat,
  oneof,
  property,
  string,
  uint8Array,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursorCodec } from '../../src/lib/cursor-codec.js';

const codec = createCursorCodec(randomBytes(32));
const kinds = ['conversations:UPDATED_AT:DESC', 'conversations:UPDATED_AT:ASC', 'messages', 'events'];
const anyKind = constantFrom(...kinds);
const anyValues = array(oneof(string({ unit: 'grapheme', maxLength: 40 }), maxSafeInteger()), { maxLength: 4 });
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a cursor', () => {
  it('round-trips its values and is safe in a URL or a log', () =>
    assert(
      property(anyKind, anyValues, (kind, values) => {
        const cursor = codec.encode(kind, values);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(codec.decode(kind, cursor)).toEqual(values);
      }),
    ));

  it('is signed by HMAC with SHA-256, and encrypted by AES in counter mode from the signature on', () =>
    assert(
      property(uint8Array({ minLength: 32, maxLength: 32 }), anyKind, anyValues, (secret, kind, values) => {
        const keyFor = (purpose: string) => createHmac('sha256', secret).update(purpose).digest();
        const body = JSON.stringify(values);
        const signed = createHmac('sha256', keyFor('sign cursors')).update(`${kind}\0${body}`).digest().subarray(0, 16);
        const hidden = createCipheriv('aes-256-ctr', keyFor('encrypt cursors'), signed).update(body);
        const cursor = Buffer.concat([signed, hidden]).toString('base64url');
        expect(createCursorCodec(secret).encode(kind, values)).toBe(cursor);
      }),
    ));

  it('is the same for equal values, and does not reveal them when its base64 is decoded', () => {
    const cursor = codec.encode('events', [1_234_567, 'a workspace']);
    expect(codec.encode('events', [1_234_567, 'a workspace'])).toBe(cursor);
    const shown = Buffer.from(cursor, 'base64url').toString('latin1');
    for (const part of ['1234567', 'workspace']) expect(shown.slice(16)).not.toContain(part);
    const next = Buffer.from(codec.encode('events', [1_234_568, 'a workspace']), 'base64url').toString('latin1');
    expect(next.slice(16, 26)).not.toBe(shown.slice(16, 26));
  });

  it('decodes to null for another kind of list and with another secret', () =>
    assert(
      property(anyKind, anyKind, anyValues, (kind, other, values) => {
        const cursor = codec.encode(kind, values);
        if (other !== kind) expect(codec.decode(other, cursor)).toBeNull();
        expect(createCursorCodec(randomBytes(32)).decode(kind, cursor)).toBeNull();
      }),
    ));

  it('decodes to null with any bit flipped', () =>
    assert(
      property(anyKind, anyValues, nat(), (kind, values, at) => {
        const bytes = Buffer.from(codec.encode(kind, values), 'base64url');
        const bit = at % (bytes.length * 8);
        bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(codec.decode(kind, bytes.toString('base64url'))).toBeNull();
      }),
    ));

  it('decodes to null with any character changed, removed or added', () =>
    assert(
      property(anyKind, anyValues, nat(), integer({ min: 1, max: 63 }), (kind, values, position, shift) => {
        const cursor = codec.encode(kind, values);
        const at = position % cursor.length;
        const other = ALPHABET.charAt((ALPHABET.indexOf(cursor.charAt(at)) + shift) % 64);
        const [before, behind] = [cursor.slice(0, at), cursor.slice(at + 1)];
        expect(codec.decode(kind, before + other + behind)).toBeNull();
        expect(codec.decode(kind, before + behind)).toBeNull();
        expect(codec.decode(kind, before + other + cursor.charAt(at) + behind)).toBeNull();
      }),
    ));

  it.each([
    ['nothing', ''],
    ['padding', `${codec.encode('messages', [1])}=`],
    ['a space', `${codec.encode('messages', [1])} `],
    ['plain base64', Buffer.from('["2026-01-01"]').toString('base64')],
    ['another alphabet', '+'.repeat(24)],
    ['a megabyte', 'A'.repeat(1_000_000)],
    ['a NUL', '\0'.repeat(24)],
  ])('decodes to null if it is %s', (_what, cursor) => {
    expect(codec.decode('messages', cursor)).toBeNull();
  });

  it('decodes to null for any other text', () =>
    assert(
      property(anyKind, string({ unit: 'binary', maxLength: 100 }), (kind, text) => {
        expect(codec.decode(kind, text)).toBeNull();
      }),
    ));
});
