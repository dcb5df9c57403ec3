import { Prisma } from '../generated/prisma/client.js';

/** A total order of rows: by one column, then by id where the column can repeat. */
export type Ordering<Row> = {
  /** Names the order, so that a cursor of another order is told apart. */
  name: string;
  column: Prisma.Sql;
  /** The column's SQL type. */
  type: 'timestamptz' | '"Priority"' | 'int' | 'bigint' | 'uuid';
  descending: boolean;
  value: (row: Row) => string | number;
  /** Breaks ties; null where the column is unique in the list. */
  tiebreak: { column: Prisma.Sql; id: (row: Row) => string } | null;
  /** What a cursor holds besides, and whether one that comes back is of this list. */
  mark?: { of: (row: Row) => string[]; accepts: (mark: Place) => boolean };
};

/** A row's place in an order: the column's value and, where there is a tiebreak, the id. */
export type Place = readonly (string | number)[];

export type PageRequest = {
  /** Rows on the page. */
  limit: number;
  /** Whether the page is the end of its range rather than the beginning. */
  backward: boolean;
  after: Place | null;
  before: Place | null;
  offset: number;
};

/** Parts of a SELECT: AND-conditions (TRUE where there are none), and ORDER BY with LIMIT, which asks for one row more. */
export type KeysetSql = { where: Prisma.Sql; tail: Prisma.Sql };

export function placeOf<Row>({ value, tiebreak, mark }: Ordering<Row>, row: Row): Place {
  return [value(row), ...(tiebreak ? [tiebreak.id(row)] : []), ...(mark?.of(row) ?? [])];
}

function beyond<Row>({ column, type, tiebreak }: Ordering<Row>, operator: '<' | '>', place: Place): Prisma.Sql {
  const value = Prisma.sql`${place[0]}::text::${Prisma.raw(type)}`;
  return tiebreak
    ? Prisma.sql`(${column}, ${tiebreak.column}) ${Prisma.raw(operator)} (${value}, ${place[1]}::text::uuid)`
    : Prisma.sql`${column} ${Prisma.raw(operator)} ${value}`;
}

/** The SQL of a page: rows strictly between its cursors, nearest to the end it is asked from. */
export function keysetSql<Row>(ordering: Ordering<Row>, page: PageRequest): KeysetSql {
  const { column, tiebreak, descending } = ordering;
  const conditions = [
    page.after ? beyond(ordering, descending ? '<' : '>', page.after) : null,
    page.before ? beyond(ordering, descending ? '>' : '<', page.before) : null,
  ].filter((condition) => condition !== null);
  const direction = Prisma.raw(descending === page.backward ? 'ASC' : 'DESC');
  const order = tiebreak
    ? Prisma.sql`${column} ${direction}, ${tiebreak.column} ${direction}`
    : Prisma.sql`${column} ${direction}`;
  return {
    where: conditions.length > 0 ? Prisma.join(conditions, ' AND ') : Prisma.sql`TRUE`,
    tail: Prisma.sql`ORDER BY ${order} LIMIT ${page.limit + 1} OFFSET ${page.offset}`,
  };
}
