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
  System: 'sys',
};

/** Whether rows of a type have public ids. */
export function isIdType(name: string): name is IdType {
  return Object.hasOwn(idPrefixes, name);
}

const typesByPrefix = new Map(idTypes.map((type) => [idPrefixes[type], type]));

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** The two digits of each number of ten bits. */
const PAIRS = Array.from({ length: 1024 }, (_, value) => ALPHABET.charAt(value >> 5) + ALPHABET.charAt(value & 31));
const valueOfDigit = new Map([...ALPHABET].map((digit, value) => [digit, BigInt(value)]));

/**
 * The public id of a row: the prefix of its type, and its UUID in 26 characters of Crockford's base 32, as specified by
 * TypeID (github.com/jetify-com/typeid).
 */
export function encodeId(type: IdType, uuid: string): string {
  return `${idPrefixes[type]}_${encodeUuid(uuid)}`;
}

/**
 * The part of a public id that stands for the UUID. An answer has hundreds of ids: taken together as one large number,
 * they would take several times as long.
 */
export function encodeUuid(uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  // 128 bits are 8 bits and six times 20, which are 5 digits of base 16 and 4 of base 32.
  let digits = PAIRS[Number.parseInt(hex.slice(0, 2), 16)] ?? '';
  for (let at = 2; at < 32; at += 5) {
    const bits = Number.parseInt(hex.slice(at, at + 5), 16);
    digits += `${PAIRS[bits >> 10]}${PAIRS[bits & 1023]}`;
  }
  return digits;
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
