import { z } from 'zod';
import { type ActorRef, parseActorId } from './actor-ref.js';
import { parseEmail } from './email.js';
import { decodeId, type IdType, idPrefixes } from './ids.js';
import { listRule, rule } from './input.js';
import { parsePhone } from './phone.js';

/** Text, trimmed, of 1 to `max` characters. */
export const text = (max: number) => {
  const limit = `at most ${max.toLocaleString('en')} characters`;
  return rule(
    'String',
    z.string('Must be a string.').trim().min(1, 'Must not be empty.').max(max, `Must have ${limit}.`),
    `A${limit.slice(1)}.`,
  );
};

/** An id of any form, for the action to look up. */
export const anyId = rule('ID', z.string('Must be an id.'));

/** The public id of one type; parsed to the UUID. */
export const id = (type: IdType) =>
  rule(
    'ID',
    z.string('Must be an id.').transform((value, context) => {
      const uuid = decodeId(type, value);
      if (uuid) return uuid;
      context.addIssue({ code: 'custom', message: `Must be an id that begins with ${idPrefixes[type]}_.` });
      return z.NEVER;
    }),
    `Begins with \`${idPrefixes[type]}_\`.`,
  );

/** The public id of an actor of one of these kinds. */
export const actorRef = <Type extends ActorRef['type']>(...types: Type[]) =>
  rule(
    'ID',
    z.string('Must be an id.').transform((value, context): { type: Type; id: string } => {
      const actor = parseActorId(value);
      const type = types.find((allowed) => allowed === actor?.type);
      if (actor && type) return { type, id: actor.id };
      context.addIssue({ code: 'custom', message: `Must be the id of a ${types.join(' or ').toLowerCase()}.` });
      return z.NEVER;
    }),
  );

/** An email address, parsed to the spelling that stands for all of one address. */
export const email = rule(
  'String',
  z
    .string('Must be an email address.')
    .max(1024, 'Must be an email address.')
    .transform((value, context) => {
      const address = parseEmail(value);
      if (address) return address;
      context.addIssue({ code: 'custom', message: 'Must be an email address of at most 254 characters.' });
      return z.NEVER;
    }),
  'By RFC 5321 and RFC 6531, at most 254 octets, of which 64 before the @. Stored with ASCII letters in lower case, Unicode in NFC, and the domain in its ASCII form.',
);

/** A phone number with its country code, parsed to E.164. */
export const phone = rule(
  'String',
  z
    .string('Must be a phone number.')
    .max(255, 'Must be a phone number.')
    .transform((value, context) => {
      const number = parsePhone(value);
      if (number) return number;
      context.addIssue({ code: 'custom', message: 'Must be a phone number in E.164, such as +4930123456.' });
      return z.NEVER;
    }),
  'In E.164 format, such as +4930123456, or as a `tel:` URI. Numbers that were changed since, such as +521… in Mexico, become their current form.',
);

/** An absolute http or https URL. */
export const url = rule(
  'String',
  z
    .string('Must be a URL.')
    .max(2048, 'Must have at most 2048 characters.')
    .pipe(z.url({ protocol: /^https?$/, error: 'Must be an http or https URL.' })),
  'An http or https URL of at most 2048 characters.',
);

/** Parses a list. Its length is checked first, so that refusing a long one costs nothing for each of its items. */
export const bounded = <Schema extends z.ZodType>(item: Schema, max: number, nouns: string) =>
  z
    .array(z.unknown(), `Must be a list of ${nouns}.`)
    .max(max, `Must have at most ${max} ${nouns}.`)
    .pipe(z.array(item));

/** Tags, trimmed and without duplicates. */
export const tags = listRule(
  text(64),
  // Some may be given twice.
  bounded(text(64), 200, 'tags')
    .transform((list) => [...new Set(list)])
    .refine((list) => list.length <= 50, 'Must have at most 50 tags.'),
  'At most 50, each of at most 64 characters.',
);

/** A JSON object of at most `kilobytes` KB when serialized. */
export const jsonObject = (kilobytes: number) =>
  rule(
    'JSONObject',
    z
      .record(z.string(), z.unknown(), 'Must be a JSON object.')
      .refine(
        (value) => Buffer.byteLength(JSON.stringify(value), 'utf8') <= kilobytes * 1024,
        `Must have at most ${kilobytes} KB.`,
      ),
    `At most ${kilobytes} KB as JSON.`,
  );

/** What callers store with a row. */
export const metadata = jsonObject(16);

/** Whether metadata is merged into what is stored or replaces it. */
export const metadataMode = rule({ enum: 'MetadataMode' }, z.enum(['MERGE', 'REPLACE']));

/** A moment; GraphQL has parsed it. */
export const time = rule('DateTime', z.date('Must be a time.'));

export const flag = rule('Boolean', z.boolean('Must be true or false.'));

/** A whole number from `min`. */
export const int = (min: number) =>
  rule('Int', z.int('Must be a whole number.').min(min, `Must be at least ${min}.`), `At least ${min}.`);

/** One of the values of an enum of the schema. */
export const enumOf = <const Values extends Readonly<Record<string, string>>>(
  name: string,
  values: Values,
  what: string,
) => rule({ enum: name }, z.enum(values, `Must be ${what}.`));

/** A list of at most `max` values of one rule. */
export const list = <Schema extends z.ZodType>(item: Schema, max: number, nouns: string) =>
  listRule(item, bounded(item, max, nouns), `At most ${max}.`);

const MAX_ANY = 50;

/** The values of a filter of which any may match. An empty list matches nothing. */
export const anyOf = <Schema extends z.ZodType>(item: Schema) => list(item, MAX_ANY, 'values');

/** A key by which an outside system knows a row. */
export const externalId = text(255);
