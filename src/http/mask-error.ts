import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isUnavailable } from '../db/outage.js';
import { isTimeout } from '../db/sql-state.js';
import { DomainError, type ErrorCode, ValidationError } from '../lib/errors.js';
import { reasonOf } from '../lib/logger.js';
import { currentRequestId, logFailure } from './request-scope.js';

/** The codes of expected failures in top-level errors, as queries and subscriptions return them. */
const topLevelCodes: Record<ErrorCode, string> = {
  VALIDATION_FAILED: 'BAD_USER_INPUT',
  NOT_FOUND: 'NOT_FOUND',
  FORBIDDEN: 'FORBIDDEN',
  CONFLICT: 'CONFLICT',
  INVALID_TRANSITION: 'INVALID_TRANSITION',
  CONVERSATION_EXISTS: 'CONVERSATION_EXISTS',
};

const tooSlow =
  'The database took too long for this operation. Narrow the search or the filter, or request smaller pages.';

const unavailable =
  'The database, or another service that the server needs, is too busy or away. Try again in a second. A mutation may have been done: repeat it with the same idempotencyKey.';
const SERVICE_UNAVAILABLE = 'SERVICE_UNAVAILABLE';
const LOG_AT_MOST_EVERY_MS = 1_000;

/** The error that a resolver threw, without the GraphQLErrors that graphql-js wrapped around it. */
function thrown(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? thrown(error.originalError) : error;
}

/** Whether an error is a fault of the server or the database, rather than of the caller or an expected failure. */
export function isUnexpected(error: unknown): boolean {
  const original = thrown(error);
  return !(original instanceof DomainError || original instanceof GraphQLError || isTimeout(original));
}

/** The code that clients see for an error, masked or not. */
export function publicCode(error: unknown): string {
  const original = thrown(error);
  if (original instanceof DomainError) return topLevelCodes[original.code];
  if (isUnexpected(error)) return isUnavailable(original) ? SERVICE_UNAVAILABLE : 'INTERNAL_SERVER_ERROR';
  const code = error instanceof GraphQLError && original instanceof GraphQLError ? coded(error).extensions.code : null;
  return typeof code === 'string' ? code : 'QUERY_TOO_COMPLEX';
}

/**
 * Creates the function that turns errors into what clients see: expected ones with their code, others masked and
 * logged. While the database is away or too busy, every request fails for the same reason, which is logged now and then.
 */
export function createErrorMask(log: Logger): (error: unknown) => GraphQLError {
  let loggedAt = -Infinity;
  const logUnavailable = (error: unknown): void => {
    if (performance.now() - loggedAt < LOG_AT_MOST_EVERY_MS) return;
    loggedAt = performance.now();
    log.warn(
      { requestId: currentRequestId(), reason: reasonOf(error) },
      'The database or another service is too busy or away',
    );
  };
  return (error) => {
    const original = thrown(error);
    if (original instanceof DomainError) return expected(error, original);
    if (error instanceof GraphQLError && original instanceof GraphQLError) return coded(error);
    if (isTimeout(original)) return relocated(error, tooSlow, { code: 'QUERY_TOO_COMPLEX' });
    if (isUnavailable(original)) {
      logUnavailable(original);
      return relocated(error, unavailable, { code: SERVICE_UNAVAILABLE });
    }
    const requestId = currentRequestId();
    return relocated(error, logFailure(log, original), { code: 'INTERNAL_SERVER_ERROR', requestId });
  };
}

function expected(error: unknown, failure: DomainError): GraphQLError {
  const issues = failure instanceof ValidationError ? { issues: failure.issues } : {};
  return relocated(error, failure.message, { code: topLevelCodes[failure.code], ...issues });
}

/** Adds a code to an error without one. By default the caller's input is at fault: graphql-js refused to execute it. */
export function coded(error: GraphQLError, code = 'BAD_USER_INPUT'): GraphQLError {
  if (error.extensions.code !== undefined) return error;
  return relocated(error, error.message, { ...error.extensions, code });
}

function relocated(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  const { nodes, source, positions, path } = error instanceof GraphQLError ? error : {};
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
