import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.js';
import { builder } from './builder.js';

export const DateTimeRange = builder.inputType('DateTimeRange', {
  description: 'A span of time; either end may be left open.',
  fields: (t) => ({
    gte: t.field({ type: 'DateTime', description: 'At or after.' }),
    lt: t.field({ type: 'DateTime', description: 'Before.' }),
  }),
});

/** Reads a DateTimeRange; null means the same as left out. */
export const dateTimeRange = z.object({ gte: z.date().nullish(), lt: z.date().nullish() }).nullish();

/** Conditions that a column lies in a span; none where it is open at both ends. */
export function inRange(column: Prisma.Sql, span: z.output<typeof dateTimeRange>): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = [];
  if (span?.gte) conditions.push(Prisma.sql`${column} >= ${span.gte}`);
  if (span?.lt) conditions.push(Prisma.sql`${column} < ${span.lt}`);
  return conditions;
}
