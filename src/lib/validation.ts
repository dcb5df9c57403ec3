import { z } from 'zod';
import { type ActorRef, parseActorId } from './actor-ref.js';
import { invalid, ValidationError } from './errors.js';
import { decodeId, type IdType, idPrefixes } from './ids.js';
import { metadata } from './rules.js';

/** Reads a value by its schema; throws a ValidationError that names each path that breaks a rule. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ValidationError(result.error.issues.map(({ path, message }) => ({ path: path.map(String), message })));
}

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

/** Text that says something, trimmed, of at most `max` characters. */
export const text = (max: number) =>
  z
    .string('Must be a string; null is not allowed here.')
    .trim()
    .min(1, 'Must not be empty.')
    .max(max, `Must have at most ${max} characters.`);

/** A public id of this type; answers the UUID. */
export const id = (type: IdType) =>
  z.string('Must be an id; null is not allowed here.').transform((value, context) => {
    const uuid = decodeId(type, value);
    if (uuid) return uuid;
    context.addIssue({ code: 'custom', message: `Must be an id that begins with ${idPrefixes[type]}_.` });
    return z.NEVER;
  });

/** A public id of an actor of one of these kinds. */
export const actorRef = <Type extends ActorRef['type']>(...types: Type[]) =>
  z.string('Must be an id; null is not allowed here.').transform((value, context): { type: Type; id: string } => {
    const actor = parseActorId(value);
    const type = types.find((allowed) => allowed === actor?.type);
    if (actor && type) return { type, id: actor.id };
    context.addIssue({ code: 'custom', message: `Must be the id of a ${types.join(' or ').toLowerCase()}.` });
    return z.NEVER;
  });

/** An e-mail address, in lower case. */
export const email = z
  .string('Must be an e-mail address; null is not allowed here.')
  .trim()
  .toLowerCase()
  .max(254, 'Must have at most 254 characters.')
  .pipe(z.email('Must be an e-mail address.'));

/** An absolute http or https address. */
export const url = z
  .string('Must be an address; null is not allowed here.')
  .max(2048, 'Must have at most 2048 characters.')
  .pipe(z.url({ protocol: /^https?$/, error: 'Must be an http or https address.' }));

export type JsonObject = { [key: string]: unknown };

/** A JSON object of at most `kilobytes` KB when written out. */
export const jsonObject = (kilobytes: number) =>
  z
    .record(z.string(), z.unknown(), 'Must be a JSON object; null is not allowed here.')
    .refine((value) => bytes(JSON.stringify(value)) <= kilobytes * 1024, `Must have at most ${kilobytes} KB.`);

/** Metadata merges shallowly: null removes a key. */
export function mergeMetadata(current: unknown, changes: JsonObject): JsonObject {
  const merged = { ...toJsonObject(current), ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

/**
 * Merges like `mergeMetadata`. Throws ValidationError that names `field` if the result exceeds the limit of metadata.
 */
export function mergeWithinLimit(field: string, current: unknown, changes: JsonObject): JsonObject {
  const merged = mergeMetadata(current, changes);
  const [issue] = metadata.safeParse(merged).error?.issues ?? [];
  if (issue) throw invalid(field, issue.message);
  return merged;
}

export function toJsonObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A key that an outside system knows a row by. */
export const externalId = text(255);
