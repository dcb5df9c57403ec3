import { Prisma } from '../generated/prisma/client.js';

/** A total order of rows: by one column, then by id if values of the column can repeat. */
export type Ordering<Row> = {
  /** Identifies the order, so that a cursor of another order is recognized. */
  name: string;
  column: Prisma.Sql;
  /** The column's SQL type. */
  type: 'timestamptz' | '"Priority"' | 'int' | 'bigint' | 'float8' | 'uuid';
  descending: boolean;
  value: (row: Row) => string | number;
  /** Breaks ties; null if the column is unique in the list. */
  tiebreak: { column: Prisma.Sql; id: (row: Row) => string } | null;
  /** What else a cursor holds, and a check that a received cursor belongs to this list. */
  mark?: { of: (row: Row) => string[]; accepts: (mark: KeysetPosition) => boolean };
};

/** The position of a row in an order: the column's value, the id if there is a tiebreak, and the mark. */
export type KeysetPosition = readonly (string | number)[];

/** The validated arguments of a page. */
export type PageRequest = {
  /** Rows on the page. */
  limit: number;
  /** Whether the page is taken from the end of the range rather than from its beginning. */
  backward: boolean;
  after: KeysetPosition | null;
  before: KeysetPosition | null;
  offset: number;
};

/**
 * Parts of a SELECT: conditions (TRUE if there are none), ORDER BY, and that with a LIMIT of one row more than the page has.
 */
export type KeysetSql = { where: Prisma.Sql; order: Prisma.Sql; orderAndLimit: Prisma.Sql };

/** The position of a row in an order, as its cursor encodes it. */
export function positionOf<Row>({ value, tiebreak, mark }: Ordering<Row>, row: Row): KeysetPosition {
  return [value(row), ...(tiebreak ? [tiebreak.id(row)] : []), ...(mark?.of(row) ?? [])];
}

function beyond<Row>(
  { column, type, tiebreak }: Ordering<Row>,
  operator: '<' | '>',
  position: KeysetPosition,
): Prisma.Sql {
  const value = Prisma.sql`${position[0]}::text::${Prisma.raw(type)}`;
  return tiebreak
    ? Prisma.sql`(${column}, ${tiebreak.column}) ${Prisma.raw(operator)} (${value}, ${position[1]}::text::uuid)`
    : Prisma.sql`${column} ${Prisma.raw(operator)} ${value}`;
}

/** The SQL of a page: the rows strictly between its cursors, starting from the end that the page is taken from. */
export function keysetSql<Row>(ordering: Ordering<Row>, page: PageRequest): KeysetSql {
  const { column, tiebreak, descending } = ordering;
  const conditions = [
    page.after ? beyond(ordering, descending ? '<' : '>', page.after) : null,
    page.before ? beyond(ordering, descending ? '>' : '<', page.before) : null,
  ].filter((condition) => condition !== null);
  const direction = Prisma.raw(descending === page.backward ? 'ASC' : 'DESC');
  const order = tiebreak
    ? Prisma.sql`ORDER BY ${column} ${direction}, ${tiebreak.column} ${direction}`
    : Prisma.sql`ORDER BY ${column} ${direction}`;
  return {
    where: conditions.length > 0 ? Prisma.join(conditions, ' AND ') : Prisma.sql`TRUE`,
    order,
    orderAndLimit: Prisma.sql`${order} LIMIT ${page.limit + 1} OFFSET ${page.offset}`,
  };
}
