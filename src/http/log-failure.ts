import type { Logger } from 'pino';
import { currentRequestId } from './request-scope.js';

/** Writes an unexpected failure of a request down, and answers what the caller gets to see of it. */
export function logFailure(log: Logger, error: unknown): string {
  const requestId = currentRequestId();
  log.error({ err: error, requestId }, 'A request failed');
  return `Something went wrong. Tell the operator this request id: ${requestId}.`;
}
