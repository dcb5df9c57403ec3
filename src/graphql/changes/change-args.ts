import { z } from 'zod';
import { optional, required, rule } from '../../lib/input.js';
import { pageComplexity, STATEMENT } from '../core/complexity.js';

const cursor = rule('String', z.string());

/** Where a page of changes begins, and its size. */
export const changePageFields = {
  after: required(
    cursor,
    'Changes after this cursor: an eventCursor, or that of a change, an event or a page. CURSOR_EXPIRED if the log no longer has what follows it.',
  ),
  first: optional(
    rule('Int', z.int().min(1, 'Must be between 1 and 100.').max(100, 'Must be between 1 and 100.')),
    'Maximum number of changes, 1 to 100. Default: 20.',
  ),
};

export const DEFAULT_PAGE = 20;

/** Where a subscription to changes begins. */
export const changeStartFields = {
  after: optional(
    cursor,
    'Go on after this cursor: an eventCursor, or that of a change, an event or a page. CURSOR_EXPIRED if the log no longer has what follows it. Default: from now on.',
  ),
};

/** Statements that a page of changes takes: for the log, and one for each kind of thing that is on it. */
const STATEMENTS = 14;

/** The complexity of a page of changes. */
export function changesComplexity(weight: number) {
  return (args: object) => {
    const { first } = Object(args);
    const { field, multiplier } = pageComplexity(weight)({ first });
    return { field: field + STATEMENTS * STATEMENT, multiplier };
  };
}
