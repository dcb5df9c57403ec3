import type { Work } from './transaction.js';

/** How the result of an action is kept for when the request is repeated. Only what cannot be found again is stored. */
export type Outcome<T, Kept extends object> = {
  /** What is stored as JSON: ids, and numbers or flags that say what was done. */
  keep: (result: T) => Kept;
  /** Finds the result again, as it is now. */
  resume: (work: Work, kept: Kept) => Promise<T>;
};

/** The outcome of an action that returns one row. */
export function rowOutcome<Row extends { id: string }>(
  find: (work: Work, id: string) => Promise<Row>,
): Outcome<Row, { id: string }> {
  return { keep: ({ id }) => ({ id }), resume: (work, { id }) => find(work, id) };
}

/** The outcome of an action whose result is small, and JSON itself. */
export function plainOutcome<T extends object>(): Outcome<T, T> {
  return { keep: (result) => result, resume: async (_work, kept) => kept };
}
