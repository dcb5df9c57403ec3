import { type Context, perOperation } from './context.js';

/**
 * Rows that a mutation has held. What its payload shows is read after the commit, when another request may have deleted it,
 * or taken it out of the viewer's sight: then the payload shows what the action held, because an error there would say that
 * something failed which was done.
 */
export function heldRows<Row extends { id: string }>() {
  const heldIn = perOperation(() => new Map<string, Row>());
  return {
    hold(context: Context, row: Row): void {
      heldIn(context).set(row.id, row);
    },
    /** A row that the mutation has held; null if there is none with this id. */
    find: (context: Context, id: string): Row | null => heldIn(context).get(id) ?? null,
  };
}
