import { type KeysetSql, keysetSql, type Ordering, type PageRequest } from '../../db/keyset.js';
import type { Read } from '../../db/read.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Context } from './context.js';
import { type Page, type PageArgs, readPageArgs, toPage } from './paging.js';

/** Rows to take a page of: `SELECT columns FROM from`, in an order. */
export type Selection<Row> = {
  ordering: Ordering<Row>;
  columns: Prisma.Sql;
  /** What follows FROM, including a WHERE clause to which more conditions can be added with AND. */
  from: Prisma.Sql;
  /** What reads the rows. Default: the database. */
  read?: Read;
  /** Finds the same rows in a way that costs less, if it can: null if it cannot. */
  find?: ((keyset: KeysetSql, request: PageRequest) => Promise<Row[] | null>) | undefined;
};

/** A page of the selected rows; their number is counted only if the operation asks for it. */
export async function selectPage<Row>(
  { database, cursors }: Context,
  args: PageArgs,
  { ordering, columns, from, find, read = database.read }: Selection<Row>,
): Promise<Page<Row>> {
  const request = readPageArgs(args, ordering, cursors);
  const keyset = keysetSql(ordering, request);
  const rows =
    (await find?.(keyset, request)) ??
    (await read<Row>`SELECT ${columns} FROM ${from} AND ${keyset.where} ${keyset.orderAndLimit}`);
  return toPage(rows, request, ordering, cursors, async () => {
    const [total] = await database.read<{ count: number }>`SELECT count(*)::int AS count FROM ${from}`;
    return total?.count ?? 0;
  });
}

export type List<Row> = {
  table: Prisma.ModelName;
  ordering: Ordering<Row>;
  /** Columns of the alias `r`; all if left out. */
  columns?: Prisma.Sql;
  /** Conditions on the alias `r`, besides the workspace. */
  where?: Prisma.Sql;
};

/** A page of a table's rows in the viewer's workspace. The table has the alias `r`. */
export async function listRows<Row>(
  context: Context,
  args: PageArgs,
  { table, ordering, columns = Prisma.sql`r.*`, where = Prisma.sql`TRUE` }: List<Row>,
): Promise<Page<Row>> {
  const from = Prisma.sql`${Prisma.raw(`"${table}"`)} r
    WHERE r."workspaceId" = ${context.viewer.workspaceId}::uuid AND ${where}`;
  return selectPage(context, args, { ordering, columns, from });
}

/** Oldest first, by id: ids begin with the time of creation. */
export function byId<Row extends { id: string }>(name: string): Ordering<Row> {
  return {
    name,
    column: Prisma.sql`r.id`,
    type: 'uuid',
    descending: false,
    value: ({ id }) => id,
    tiebreak: null,
  };
}
