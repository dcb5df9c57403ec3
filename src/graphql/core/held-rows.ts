import type { Budget } from './budget.js';
import type { Context } from './context.js';

/**
 * Rows that the mutations of an operation have held. What a payload shows is read after the commit, when another request may
 * have deleted it, or taken it out of the viewer's sight: then the payload shows what the action held, because an error
 * there would say that something failed which was done.
 */
export function heldRows<Row extends { id: string }>() {
  const held = new WeakMap<Budget, Map<string, Row>>();
  return {
    hold({ budget }: Context, row: Row): void {
      const rows = held.get(budget) ?? new Map<string, Row>();
      held.set(budget, rows.set(row.id, row));
    },
    /** A row that a mutation of this operation has held; null if there is none with this id. */
    find: ({ budget }: Context, id: string): Row | null => held.get(budget)?.get(id) ?? null,
  };
}
