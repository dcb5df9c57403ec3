import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isTimeout } from '../db/sql-state.js';
import { DomainError, type ErrorCode, ValidationError } from '../lib/errors.js';
import { logFailure } from './log-failure.js';
import { currentRequestId } from './request-scope.js';

/** The codes of expected failures where there is no union to answer them in: queries and subscriptions. */
const topLevelCodes: Record<ErrorCode, string> = {
  VALIDATION_FAILED: 'BAD_USER_INPUT',
  NOT_FOUND: 'NOT_FOUND',
  FORBIDDEN: 'FORBIDDEN',
  CONFLICT: 'CONFLICT',
  INVALID_TRANSITION: 'INVALID_TRANSITION',
  CONVERSATION_EXISTS: 'CONVERSATION_EXISTS',
};

const tooSlow = 'The operation took the database too long. Narrow the search or the filter, or ask for smaller pages.';

/** The error that a resolver threw, below those that graphql-js put around it. */
function thrown(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? thrown(error.originalError) : error;
}

/** Whether an error is neither the caller's fault nor an answer, but a failure of ours or of the database. */
export function isUnexpected(error: unknown): boolean {
  const original = thrown(error);
  return !(original instanceof DomainError || original instanceof GraphQLError || isTimeout(original));
}

/** The code under which a client sees an error, masked or not. */
export function publicCode(error: unknown): string {
  const original = thrown(error);
  if (original instanceof DomainError) return topLevelCodes[original.code];
  if (isUnexpected(error)) return 'INTERNAL_SERVER_ERROR';
  const code = error instanceof GraphQLError && original instanceof GraphQLError ? coded(error).extensions.code : null;
  return typeof code === 'string' ? code : 'QUERY_TOO_COMPLEX';
}

/** What a client gets to see of an error: expected ones with their code, all others masked and logged. */
export function createErrorMask(log: Logger): (error: unknown) => Error {
  return (error) => {
    const original = thrown(error);
    if (original instanceof DomainError) return expected(error, original);
    if (error instanceof GraphQLError && original instanceof GraphQLError) return coded(error);
    if (isTimeout(original)) return relocated(error, tooSlow, { code: 'QUERY_TOO_COMPLEX' });
    const requestId = currentRequestId();
    return relocated(error, logFailure(log, original), { code: 'INTERNAL_SERVER_ERROR', requestId });
  };
}

function expected(error: unknown, failure: DomainError): GraphQLError {
  const issues = failure instanceof ValidationError ? { issues: failure.issues } : {};
  return relocated(error, failure.message, { code: topLevelCodes[failure.code], ...issues });
}

/** The error, with a code where it has none: what graphql-js itself refuses when it executes is the caller's input. */
export function coded(error: GraphQLError, code = 'BAD_USER_INPUT'): GraphQLError {
  if (error.extensions.code !== undefined) return error;
  return relocated(error, error.message, { ...error.extensions, code });
}

function relocated(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  const { nodes, source, positions, path } = error instanceof GraphQLError ? error : {};
  return new GraphQLError(message, { nodes, source, positions, path, extensions });
}
