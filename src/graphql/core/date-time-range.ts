import { Prisma } from '../../generated/prisma/client.js';
import { input, nested, optional, type Parsed } from '../../lib/input.js';
import { time } from '../../lib/rules.js';

const dateTimeRangeInput = input('DateTimeRange', 'A range of time; either end may be left open.', {
  gte: optional(time, 'At or after this time.'),
  lt: optional(time, 'Before this time.'),
});

/** The rule of a field or argument that is a range of time. */
export const dateTimeRange = nested(dateTimeRangeInput);

/** The conditions that a column is within a range of time: one for each end that is given. */
export function inRange(column: Prisma.Sql, range: Parsed<typeof dateTimeRangeInput> | null | undefined): Prisma.Sql[] {
  return [
    ...(range?.gte ? [Prisma.sql`${column} >= ${range.gte}`] : []),
    ...(range?.lt ? [Prisma.sql`${column} < ${range.lt}`] : []),
  ];
}
