const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** An id for a new message, as clients may make it: `msg_` and a UUIDv7 in base 32. */
export function newMessageId(): string {
  const random = crypto.getRandomValues(new Uint8Array(10)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const version = (7n << 12n) | (random >> 68n);
  const variant = (2n << 62n) | (random & ((1n << 62n) - 1n));
  const uuid = (BigInt(Date.now()) << 80n) | (version << 64n) | variant;
  const digits = Array.from({ length: 26 }, (_, index) => ALPHABET[Number((uuid >> BigInt(125 - 5 * index)) & 31n)]);
  return `msg_${digits.join('')}`;
}
