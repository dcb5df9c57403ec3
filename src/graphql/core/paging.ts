import { type KeysetPosition, type Ordering, type PageRequest, positionOf } from '../../db/keyset.js';
import type { CursorCodec } from '../../lib/cursor-codec.js';
import { badUserInput } from '../../lib/errors.js';

/** The arguments of a list, as GraphQL passes them. */
export type PageArgs = {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  offset?: number | null;
};

const DEFAULT_SIZE = 20;
const MAX_SIZE = 100;
const MAX_OFFSET = 10_000;

/** A row of a list, with its cursor. */
export type Edge<Row> = { node: Row; cursor: () => string };

/** One page of a list. Cursors and the count are computed only if the operation asks for them. */
export type Page<Row> = {
  edges: Edge<Row>[];
  pageInfo: PageInfo;
  totalCount: () => Promise<number>;
};

export type PageInfo = {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: () => string | null;
  endCursor: () => string | null;
};

/** A page without rows. */
export const emptyPage: Page<never> = {
  edges: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: () => null, endCursor: () => null },
  totalCount: async () => 0,
};

function size(name: 'first' | 'last', value: number): number {
  if (value >= 1 && value <= MAX_SIZE) return value;
  throw badUserInput(`${name} must be between 1 and ${MAX_SIZE}.`, [name]);
}

/**
 * Validates the arguments of a list. Throws BAD_USER_INPUT naming the argument that is wrong; values are never clamped.
 */
export function readPageArgs<Row>(args: PageArgs, ordering: Ordering<Row>, cursors: CursorCodec): PageRequest {
  const { first = null, last = null, after = null, before = null, offset = null } = args;
  if (first !== null && last !== null) throw badUserInput('Use first or last, not both.', ['last']);
  if (offset !== null) {
    if (after !== null || before !== null || last !== null) {
      throw badUserInput('offset can be used with first only, not with last or a cursor.', ['offset']);
    }
    if (offset < 0 || offset > MAX_OFFSET)
      throw badUserInput(`offset must be between 0 and ${MAX_OFFSET}.`, ['offset']);
  }
  const position = (name: 'after' | 'before', cursor: string | null): KeysetPosition | null => {
    if (cursor === null) return null;
    const values = cursors.decode(ordering.name, cursor);
    if (values && (ordering.mark?.accepts(values.slice(1)) ?? true)) return values;
    throw badUserInput(`${name} must be a cursor of this list in the same order.`, [name]);
  };
  return {
    limit: last !== null ? size('last', last) : size('first', first ?? DEFAULT_SIZE),
    backward: last !== null,
    after: position('after', after),
    before: position('before', before),
    offset: offset ?? 0,
  };
}

/** A row and its cursor in a list of this order. */
export function toEdge<Row>(node: Row, ordering: Ordering<Row>, cursors: CursorCodec): Edge<Row> {
  return { node, cursor: () => cursors.encode(ordering.name, positionOf(ordering, node)) };
}

/** Makes a page of the rows that a keyset query returned. A row beyond the limit shows that the list continues. */
export function toPage<Row>(
  found: Row[],
  request: PageRequest,
  ordering: Ordering<Row>,
  cursors: CursorCodec,
  totalCount: () => Promise<number>,
): Page<Row> {
  const more = found.length > request.limit;
  const rows = found.slice(0, request.limit);
  if (request.backward) rows.reverse();
  let count: Promise<number> | null = null;
  const edges = rows.map((row) => toEdge(row, ordering, cursors));
  return {
    edges,
    pageInfo: {
      hasNextPage: request.backward ? request.before !== null : more,
      hasPreviousPage: request.backward ? more : request.after !== null || request.offset > 0,
      startCursor: () => edges[0]?.cursor() ?? null,
      endCursor: () => edges.at(-1)?.cursor() ?? null,
    },
    totalCount: () => {
      count ??= totalCount();
      return count;
    },
  };
}
