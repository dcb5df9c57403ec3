import { Prisma } from '../generated/prisma/client.js';

type ElementType = 'uuid' | 'text' | 'bytea';

const { sql, raw } = Prisma;

/**
 * What follows `column =` to find rows by ids or other unique values, written so that PostgreSQL keeps its plan. It sees the
 * length of a parameter that is an array, and takes ten for any other: a prepared statement with `ANY` of fewer looks cheaper
 * when planned for these values only, and is planned again at each execution, for longer than it then runs. One value is
 * therefore compared as such, and several as the result of a subquery, whose length is taken for ten in both cases.
 */
export function anyIn(values: readonly unknown[], type: ElementType): Prisma.Sql {
  if (values.length === 1) return sql`${values[0]}::${raw(type)}`;
  return sql`ANY(${several(values, type)})`;
}

/** The values as rows, for FROM, written so that PostgreSQL keeps its plan, as with `anyIn`. */
export function rowsOf(values: readonly unknown[], type: ElementType): Prisma.Sql {
  if (values.length === 1) return sql`unnest(ARRAY[${values[0]}::${raw(type)}])`;
  return sql`unnest(${several(values, type)})`;
}

function several(values: readonly unknown[], type: ElementType): Prisma.Sql {
  return sql`ARRAY(SELECT unnest(${[...values]}::${raw(type)}[]))`;
}
