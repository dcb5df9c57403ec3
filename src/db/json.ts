import type { Prisma } from '../generated/prisma/client.js';

/** A value as Prisma takes it for a JSON column: what JSON.stringify would write. */
export function toJson(value: object): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(value));
}
