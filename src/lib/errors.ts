import { GraphQLError } from 'graphql';

export type ErrorCode =
  | 'VALIDATION_FAILED'
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'CONFLICT'
  | 'INVALID_TRANSITION'
  | 'CONVERSATION_EXISTS';

/** A failure that a caller can expect: a mutation answers it as a member of its union, a query as a top-level error. */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
}

export type ValidationIssue = { path: string[]; message: string };

/** The input breaks a rule; nothing was written. */
export class ValidationError extends DomainError {
  readonly code = 'VALIDATION_FAILED';
  readonly issues: ValidationIssue[];

  constructor(issues: ValidationIssue[]) {
    super(issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join(' '));
    this.issues = issues;
  }
}

/** A validation error with one issue. */
export function invalid(path: string, message: string): ValidationError {
  return new ValidationError([{ path: path.split('.'), message }]);
}

/** Runs what reads only one field of an input; the issues of its ValidationError then name that field first. */
export async function prefixIssues<T>(field: string, part: () => Promise<T>): Promise<T> {
  try {
    return await part();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(error.issues.map(({ path, message }) => ({ path: [field, ...path], message })));
  }
}

/** There is no such thing, or the caller may not see it: both answer the same. */
export class NotFoundError extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly id: string | null;

  constructor(what: string, id: string | null = null) {
    super(`No such ${what}. Check the id and the workspace of your key or token.`);
    this.id = id;
  }
}

/** The caller can see it, but may not do this. */
export class ForbiddenError extends DomainError {
  readonly code = 'FORBIDDEN';
}

/** The input clashes with what is there now. */
export class ConflictError extends DomainError {
  readonly code = 'CONFLICT';
}

/**
 * A request that cannot be answered as asked; HTTP 200 with a top-level error that names the argument, in the `issues`
 * that a ValidationError of a query has too.
 */
export function badUserInput(message: string, path: string[]): GraphQLError {
  const issues: ValidationIssue[] = [{ path, message }];
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', path, issues } });
}

/** The same idempotency key came with another input or another mutation. */
export function idempotencyConflict(key: string): GraphQLError {
  return new GraphQLError(
    `The idempotency key ${JSON.stringify(key)} was used for another input or mutation within 24 hours. Use a new key.`,
    { extensions: { code: 'IDEMPOTENCY_CONFLICT' } },
  );
}
