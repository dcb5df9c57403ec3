import type { DomainError, ErrorCode } from '../../lib/errors.js';
import { type Context, perOperation } from './context.js';

/** The codes of the failures that an operation answered as members of unions: its operators hear of them too. */
export const failuresOf = perOperation<Set<ErrorCode>>(() => new Set());

/** Notes a failure that is about to be answered, and hands it on. */
export function recordFailure<Failure extends DomainError>(context: Context, failure: Failure): Failure {
  failuresOf(context).add(failure.code);
  return failure;
}
