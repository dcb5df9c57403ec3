const idTypes = [
  'Workspace',
  'Conversation',
  'Message',
  'Attachment',
  'Contact',
  'Prospect',
  'Participant',
  'User',
  'Bot',
  'Channel',
  'ApiKey',
  'Event',
  'WebhookEndpoint',
  'WebhookDelivery',
  'AuditEvent',
  'System',
] as const;

export type IdType = (typeof idTypes)[number];

/** The prefixes of public ids, by type. */
export const idPrefixes: Record<IdType, string> = {
  Workspace: 'ws',
  Conversation: 'conv',
  Message: 'msg',
  Attachment: 'att',
  Contact: 'cont',
  Prospect: 'prsp',
  Participant: 'part',
  User: 'user',
  Bot: 'bot',
  Channel: 'chan',
  ApiKey: 'key',
  Event: 'evt',
  WebhookEndpoint: 'whk',
  WebhookDelivery: 'dlv',
  AuditEvent: 'aud',
  System: 'sys',
};

/** Whether rows of a type have public ids. */
export function isIdType(name: string): name is IdType {
  return Object.hasOwn(idPrefixes, name);
}

const typesByPrefix = new Map(idTypes.map((type) => [idPrefixes[type], type]));

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const HEX = '0123456789abcdef';
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The value of each hexadecimal digit, by its character code. */
const NIBBLES = Array.from({ length: 128 }, (_, code) =>
  Math.max(0, HEX.indexOf(String.fromCharCode(code).toLowerCase())),
);
/** The character code of each digit of base 32. */
const DIGITS = Uint8Array.from(ALPHABET, (digit) => digit.charCodeAt(0));
const HYPHEN = '-'.charCodeAt(0);
const valueOfDigit = new Map([...ALPHABET].map((digit, value) => [digit, BigInt(value)]));

/** The characters of a UUID, and of the part of a public id that stands for it. */
export const UUID_LENGTH = 36;
export const SUFFIX_LENGTH = 26;

const scratch = Buffer.alloc(UUID_LENGTH);

/**
 * The public id of a row: the prefix of its type, and its UUID in 26 characters of Crockford's base 32, as specified by
 * TypeID (github.com/jetify-com/typeid).
 */
export function encodeId(type: IdType, uuid: string): string {
  for (let index = 0; index < UUID_LENGTH; index += 1) scratch[index] = uuid.charCodeAt(index);
  encodeUuid(scratch, 0, 0);
  return `${idPrefixes[type]}_${scratch.toString('latin1', 0, SUFFIX_LENGTH)}`;
}

/**
 * Writes the 26 characters that stand for the UUID whose text begins at `from` to where `to` says, which is not after
 * `from`. An answer has hundreds of ids: as numbers of 128 bits, or in pieces of text, they would take ten times as long.
 */
export function encodeUuid(bytes: Uint8Array, from: number, to: number): void {
  // Two zeros before the 128 bits make them 26 groups of five. Reading stays ahead of writing.
  let bits = 2;
  let value = 0;
  let next = to;
  for (let at = from; at < from + UUID_LENGTH; at += 1) {
    const code = bytes[at] ?? 0;
    if (code === HYPHEN) continue;
    value = ((value << 4) | (NIBBLES[code] ?? 0)) & 511;
    bits += 4;
    if (bits < 5) continue;
    bits -= 5;
    bytes[next] = DIGITS[(value >> bits) & 31] ?? 0;
    next += 1;
  }
}

/** The type and UUID that a public id stands for; null if it is not a public id. */
export function parseId(id: string): { type: IdType; uuid: string } | null {
  const separator = id.lastIndexOf('_');
  const type = typesByPrefix.get(id.slice(0, Math.max(separator, 0)));
  const suffix = id.slice(separator + 1);
  if (!type || !SUFFIX.test(suffix)) return null;
  let value = 0n;
  for (const digit of suffix) value = (value << 5n) | (valueOfDigit.get(digit) ?? 0n);
  const hex = value.toString(16).padStart(32, '0');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { type, uuid };
}

/** The UUID that a public id of this type stands for; null if it is malformed or of another type. */
export function decodeId(type: IdType, id: string): string | null {
  const parsed = parseId(id);
  return parsed?.type === type ? parsed.uuid : null;
}
