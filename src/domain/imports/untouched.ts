import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Prisma } from '../../generated/prisma/client.js';
import { type JsonObject, toJsonObject } from '../../lib/validation.js';
import type { SourceName } from './source.js';

const DIGITS = 16;

/** Stands for values that an import wrote, so that a later one can tell whether they are still the same. */
function fingerprintOf(values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, DIGITS);
}

/** Whether the values of a row are still those that an import wrote. Otherwise they were changed in Parley. */
export function isUntouched(metadata: unknown, source: SourceName, values: readonly unknown[]): boolean {
  return toJsonObject(toJsonObject(metadata)[source]).fingerprint === fingerprintOf(values);
}

/** The metadata of a row with what an import keeps of the product, and what it wrote. */
export function withImported(
  metadata: unknown,
  source: SourceName,
  kept: JsonObject,
  values: readonly unknown[],
): Prisma.JsonObject {
  const merged = { ...toJsonObject(metadata), [source]: { ...kept, fingerprint: fingerprintOf(values) } };
  return JSON.parse(JSON.stringify(merged));
}

/** Whether two JSON values are equal, in whatever order the members of objects are. */
export function sameJson(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));
}
