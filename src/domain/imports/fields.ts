import { z } from 'zod';
import { parseEmail } from '../../lib/email.js';
import { findFlaw } from '../../lib/json-safety.js';
import { parsePhone } from '../../lib/phone.js';
import { metadata, url } from '../../lib/rules.js';
import type { JsonObject } from '../../lib/validation.js';

/** An id, which some versions write as a number and others as text. */
export const key = z.union([z.string().min(1), z.number()], 'must be an id').transform(String);

export const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? null);

const SECONDS = 1000;

/** A time as seconds since 1970, or in ISO 8601. */
export const moment = z.union([z.number(), z.string()], 'must be a time').transform((value, context) => {
  const seconds = typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
  const time = new Date(seconds === null ? value : seconds * SECONDS);
  if (!Number.isNaN(time.getTime())) return time;
  context.addIssue({ code: 'custom', message: 'must be a time' });
  return z.NEVER;
});

/** A time that may be unknown; 0 stands for that, too. */
export const maybeMoment = moment.nullish().transform((time) => (time && time.getTime() > 0 ? time : null));

export const object = z.looseObject({});

/** An email address in its canonical form; null if it is none that can be stored. */
export const emailOf = (given: string | null | undefined) => parseEmail(given ?? '') ?? null;

/** A phone number in E.164; null if it is none. */
export const phoneOf = (given: string | null | undefined) => parsePhone(given ?? '') ?? null;

/** A URL that can be stored; otherwise null. */
export const urlOf = (given: string | null | undefined) => url.safeParse(given).data ?? null;

/**
 * What is kept of an object in metadata: its members that have a value, or only those of `small` if all of them would be
 * more than metadata may have, or cannot be stored.
 */
export function keptOf(small: JsonObject, large: JsonObject = {}): JsonObject {
  const all = withoutEmpty({ ...small, ...large });
  const fits = findFlaw(all) === null && metadata.safeParse({ kept: all, room: ROOM }).success;
  return fits ? all : withoutEmpty(small);
}

/** For what else is in the metadata. */
const ROOM = '·'.repeat(1024);

function withoutEmpty(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => {
      if (value === null || value === undefined || value === '') return false;
      return typeof value !== 'object' || Object.keys(value).length > 0;
    }),
  );
}
