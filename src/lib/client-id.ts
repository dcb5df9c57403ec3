import { z } from 'zod';
import { invalid } from './errors.js';
import { decodeId, type IdType, idPrefixes } from './ids.js';
import { rule } from './input.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How old an id that a client made may be when it is first used, and how far ahead the client's clock. */
const OLDEST_DAYS = 40;
const AHEAD_DAYS = 1;

/** How long an id can be used after it was first used: from then on it is refused for its age. */
export const CLIENT_ID_MS = (OLDEST_DAYS + AHEAD_DAYS) * DAY_MS;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function allowed(type: IdType): string {
  return `Must be a TypeID: ${idPrefixes[type]}_ and a UUIDv7 in base 32, whose time is within the last ${OLDEST_DAYS} days or the next day.`;
}

/** The public id that a client made for a new row of one type; parsed to the UUID. Its time is checked when it is used. */
export const clientId = (type: IdType) =>
  rule(
    'ID',
    z.string('Must be an id.').transform((value, context) => {
      const uuid = decodeId(type, value);
      if (uuid && UUID_V7.test(uuid)) return uuid;
      context.addIssue({ code: 'custom', message: allowed(type) });
      return z.NEVER;
    }),
    `A TypeID: \`${idPrefixes[type]}_\` and a UUIDv7 in base 32, whose time is within the last ${OLDEST_DAYS} days or the next day.`,
  );

/** Throws ValidationError if the time in an id that a client made is too far from the current one. */
export function assertRecent(type: IdType, uuid: string, now: Date): void {
  const age = now.getTime() - Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
  if (age > OLDEST_DAYS * DAY_MS || age < -AHEAD_DAYS * DAY_MS) throw invalid('id', allowed(type));
}
