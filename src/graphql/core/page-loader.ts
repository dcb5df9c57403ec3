import DataLoader from 'dataloader';
import { type KeysetSql, keysetSql, type Ordering } from '../../db/keyset.js';
import { groupBy } from '../../lib/collections.js';
import type { CursorCodec } from '../../lib/cursor-codec.js';
import { type Page, type PageArgs, readPageArgs, toPage } from './paging.js';

export type NestedList<Row> = {
  ordering: Ordering<Row>;
  /** Which parent a row belongs to. */
  parentOf: (row: Row) => string;
  /** The page of each parent, in one statement. */
  fetch: (parentIds: string[], sql: KeysetSql) => Promise<Row[]>;
  /** How many rows each parent has in all; parents without any may be left out. */
  count: (parentIds: string[]) => Promise<{ parentId: string; count: number }[]>;
};

/** Loads a list below many parents in one statement per distinct set of arguments. */
export type PageLoader<Row> = (parentId: string, args: PageArgs) => Promise<Page<Row>>;

export function createPageLoader<Row>(list: NestedList<Row>, cursors: CursorCodec): PageLoader<Row> {
  const counts = new DataLoader<string, number>(async (parentIds) => {
    const rows = await list.count([...parentIds]);
    const byParent = new Map(rows.map(({ parentId, count }) => [parentId, count]));
    return parentIds.map((parentId) => byParent.get(parentId) ?? 0);
  });
  const pagesByArgs = new Map<string, DataLoader<string, Page<Row>>>();
  const pagesFor = (args: PageArgs) => {
    const key = JSON.stringify([args.first, args.after, args.last, args.before]);
    const known = pagesByArgs.get(key);
    if (known) return known;
    const request = readPageArgs(args, list.ordering, cursors);
    const loader = new DataLoader<string, Page<Row>>(async (parentIds) => {
      const rows = await list.fetch([...parentIds], keysetSql(list.ordering, request));
      const byParent = groupBy(rows, list.parentOf);
      return parentIds.map((id) =>
        toPage(byParent.get(id) ?? [], request, list.ordering, cursors, () => counts.load(id)),
      );
    });
    pagesByArgs.set(key, loader);
    return loader;
  };
  return async (parentId, args) => pagesFor(args).load(parentId);
}
