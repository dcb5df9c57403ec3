import type { ArgBuilder } from '@pothos/core';
import DataLoader from 'dataloader';
import { rowsOf } from '../../db/any-in.js';
import type { Prisma } from '../../generated/prisma/client.js';
import { groupBy } from '../../lib/collections.js';
import { badUserInput } from '../../lib/errors.js';
import type { Types } from './builder.js';
import { assumedRows, LIST } from './complexity.js';
import { type Context, perOperation } from './context.js';

const MAX_ROWS = 100;
const MAX_OFFSET = 10_000;

/** Which rows of a list that is usually short: at most 100, after the first `offset`. */
export type Bounds = { first: number; offset: number };

const isFirst = (first: number) => first >= 1 && first <= MAX_ROWS;
const isOffset = (offset: number) => offset >= 0 && offset <= MAX_OFFSET;

/** Whether a list takes these bounds. */
export function areBounds({ first, offset }: Bounds): boolean {
  return isFirst(first) && isOffset(offset);
}

/** Rows that belong to a parent, in an order: `SELECT columns FROM from`, where `from` ends in a WHERE clause. */
export type BoundedSelection<Row> = {
  columns: Prisma.Sql;
  from: Prisma.Sql;
  /** The column that holds the id of the parent. */
  parent: Prisma.Sql;
  parentOf: (row: Row) => string;
  /** What follows ORDER BY. */
  order: Prisma.Sql;
  /** Called with what was read. */
  onRows?: (rows: Row[]) => void;
};

/** Loads lists below many parents, in one statement for each distinct set of bounds. */
export function boundedLists<Row>(select: (context: Context) => BoundedSelection<Row>) {
  const loadersOf = perOperation((context) => {
    const { columns, from, parent, parentOf, order, onRows } = select(context);
    const loaders = new Map<string, DataLoader<string, Row[]>>();
    return (bounds: Bounds): DataLoader<string, Row[]> => {
      const key = `${bounds.first} ${bounds.offset}`;
      const known = loaders.get(key);
      if (known) return known;
      const made = new DataLoader<string, Row[]>(async (parentIds) => {
        const rows = await context.database.lookUp<Row>`
          SELECT list.* FROM ${rowsOf(parentIds, 'uuid')} AS parent(id) CROSS JOIN LATERAL (
            SELECT ${columns} FROM ${from} AND ${parent} = parent.id
            ORDER BY ${order} LIMIT ${bounds.first} OFFSET ${bounds.offset}
          ) list`;
        onRows?.(rows);
        const byParent = groupBy(rows, parentOf);
        return parentIds.map((id) => byParent.get(id) ?? []);
      });
      loaders.set(key, made);
      return made;
    };
  });
  return (context: Context, parentId: string, { first, offset }: Bounds): Promise<Row[]> => {
    if (!isFirst(first)) throw badUserInput(`first must be between 1 and ${MAX_ROWS}.`, ['first']);
    if (!isOffset(offset)) throw badUserInput(`offset must be between 0 and ${MAX_OFFSET}.`, ['offset']);
    return loadersOf(context)({ first, offset }).load(parentId);
  };
}

/** The arguments that every such list takes. */
export function boundsArgs(arg: ArgBuilder<Types>) {
  return {
    first: arg.int({
      required: true,
      defaultValue: MAX_ROWS,
      description: `At most this many, 1 to ${MAX_ROWS}.`,
    }),
    offset: arg.int({
      required: true,
      defaultValue: 0,
      description: `How many to skip, 0 to ${MAX_OFFSET.toLocaleString('en')}, to read on in a long list.`,
    }),
  };
}

/** The complexity of such a list. It is taken to be short; the budget of an operation ends those that are not. */
export function boundedComplexity({ first }: Bounds) {
  return { field: LIST, multiplier: Math.max(1, Math.min(first, assumedRows)) };
}
