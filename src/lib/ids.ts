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

const typesByPrefix = new Map(idTypes.map((type) => [idPrefixes[type], type]));

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const RADIX_32 = '0123456789abcdefghijklmnopqrstuv';
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

const toAlphabet = new Map([...RADIX_32].map((digit, value) => [digit, ALPHABET.charAt(value)]));
const valueOfDigit = new Map([...ALPHABET].map((digit, value) => [digit, BigInt(value)]));

/**
 * The public id of a row: the prefix of its type, and its UUID in 26 characters of Crockford's base 32, as specified by
 * TypeID (github.com/jetify-com/typeid).
 */
export function encodeId(type: IdType, uuid: string): string {
  const digits = BigInt(`0x${uuid.replaceAll('-', '')}`)
    .toString(32)
    .padStart(26, '0');
  let suffix = '';
  for (const digit of digits) suffix += toAlphabet.get(digit);
  return `${idPrefixes[type]}_${suffix}`;
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
