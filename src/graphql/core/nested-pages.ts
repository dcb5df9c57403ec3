import DataLoader from 'dataloader';
import { anyIn, rowsOf } from '../../db/any-in.js';
import { keysetSql } from '../../db/keyset.js';
import type { Prisma } from '../../generated/prisma/client.js';
import { groupBy } from '../../lib/collections.js';
import { type Context, perOperation } from './context.js';
import type { Selection } from './list-field.js';
import { type Page, type PageArgs, readPageArgs, toPage } from './paging.js';

/** Rows that belong to a parent, such as the messages of a conversation. */
export type NestedSelection<Row> = Selection<Row> & {
  /** The column that holds the id of the parent. */
  parent: Prisma.Sql;
  parentOf: (row: Row) => string;
  /** Counts the rows of each parent, if there is a cheaper way than counting what is selected. */
  count?: (parentIds: string[]) => Promise<ParentCount[]>;
};

/** How many rows a parent has; one without rows may be missing. */
type ParentCount = { parentId: string; count: number };

/** Loads pages below many parents, in one statement for each distinct set of page arguments. */
export type PageLoader<Row> = (parentId: string, args: PageArgs) => Promise<Page<Row>>;

/** Loads the pages of a list below many parents, with one loader per operation. */
export function nestedPages<Row>(select: (context: Context) => NestedSelection<Row>) {
  return perOperation((context) => pageLoader(context, select(context)));
}

/** Creates the loader of one nested list, to be kept as long as the operation. */
export function pageLoader<Row>({ database, cursors }: Context, selection: NestedSelection<Row>): PageLoader<Row> {
  const { ordering, columns, from, parent, parentOf } = selection;
  const {
    count = (parentIds: string[]) => database.read<ParentCount>`
      SELECT ${parent} AS "parentId", count(*)::int AS count FROM ${from} AND ${parent} = ${anyIn(parentIds, 'uuid')} GROUP BY 1`,
  } = selection;

  const counts = new DataLoader<string, number>(async (parentIds) => {
    const rows = await count([...parentIds]);
    const byParent = new Map(rows.map((row) => [row.parentId, row.count]));
    return parentIds.map((parentId) => byParent.get(parentId) ?? 0);
  });

  function createLoader(args: PageArgs): DataLoader<string, Page<Row>> {
    const request = readPageArgs(args, ordering, cursors);
    const { where, orderAndLimit } = keysetSql(ordering, request);
    return new DataLoader(async (parentIds) => {
      const rows = await database.read<Row>`
        SELECT page.* FROM ${rowsOf(parentIds, 'uuid')} AS parent(id) CROSS JOIN LATERAL (
          SELECT ${columns} FROM ${from} AND ${parent} = parent.id AND ${where} ${orderAndLimit}
        ) page`;
      const byParent = groupBy(rows, parentOf);
      return parentIds.map((id) => toPage(byParent.get(id) ?? [], request, ordering, cursors, () => counts.load(id)));
    });
  }

  const loaders = new Map<string, DataLoader<string, Page<Row>>>();
  return async (parentId, args) => {
    const key = JSON.stringify([args.first, args.after, args.last, args.before]);
    const loader = loaders.get(key) ?? createLoader(args);
    loaders.set(key, loader);
    return loader.load(parentId);
  };
}
