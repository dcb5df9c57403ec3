import { keysetSql, type Ordering } from '../../db/keyset.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Context } from './context.js';
import { type Page, type PageArgs, readPageArgs, toPage } from './paging.js';

export type List<Row> = {
  table: Prisma.ModelName;
  ordering: Ordering<Row>;
  /** The columns, of the alias `r`; left out: all. */
  columns?: Prisma.Sql;
  /** Conditions on the alias `r` besides the workspace. */
  where?: Prisma.Sql;
};

/** A page of a table's rows in the viewer's workspace, under the alias `r`. */
export async function listRows<Row>(context: Context, args: PageArgs, list: List<Row>): Promise<Page<Row>> {
  const { database, viewer, cursors } = context;
  const request = readPageArgs(args, list.ordering, cursors);
  const { where, tail } = keysetSql(list.ordering, request);
  const from = Prisma.sql`FROM ${Prisma.raw(`"${list.table}"`)} r
    WHERE r."workspaceId" = ${viewer.workspaceId}::uuid AND ${list.where ?? Prisma.sql`TRUE`}`;
  const rows = await database.prisma.$queryRaw<
    Row[]
  >`SELECT ${list.columns ?? Prisma.sql`r.*`} ${from} AND ${where} ${tail}`;
  return toPage(rows, request, list.ordering, cursors, async () => {
    const [total] = await database.prisma.$queryRaw<{ count: number }[]>`SELECT count(*)::int AS count ${from}`;
    return total?.count ?? 0;
  });
}

/** Oldest first by id, which begins with the time of creation. */
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
