import { GraphQLError } from 'graphql';

export type ErrorCode =
  | 'VALIDATION_FAILED'
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'CONFLICT'
  | 'INVALID_TRANSITION'
  | 'CONVERSATION_EXISTS';

/** An expected failure. Mutations return it as a member of their union, queries as a top-level error. */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
}

export type ValidationIssue = { path: string[]; message: string };

/** More would only repeat the first ones, and make a bad request cost more than a good one. */
const MAX_ISSUES = 20;

/** The input violates rules; nothing was written. */
export class ValidationError extends DomainError {
  readonly code = 'VALIDATION_FAILED';
  readonly issues: ValidationIssue[];

  constructor(issues: ValidationIssue[]) {
    const shown = issues.slice(0, MAX_ISSUES);
    super(shown.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join(' '));
    this.issues = shown;
  }
}

/** A validation error with one issue. */
export function invalid(path: string, message: string): ValidationError {
  return new ValidationError([{ path: path.split('.'), message }]);
}

/** Runs a part that validates one field of an input, and prefixes the paths of its ValidationError with that field. */
export async function prefixIssues<T>(field: string, part: () => Promise<T>): Promise<T> {
  try {
    return await part();
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw new ValidationError(error.issues.map(({ path, message }) => ({ path: [field, ...path], message })));
  }
}

/** It does not exist, or the caller may not see it. The two cases cannot be told apart. */
export class NotFoundError extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly id: string | null;

  constructor(what: string, id: string | null = null) {
    super(`No such ${what}. Check the id and the workspace of your key or token.`);
    this.id = id;
  }
}

/** The caller is not allowed to do this. */
export class ForbiddenError extends DomainError {
  readonly code = 'FORBIDDEN';
}

/** The input conflicts with the current state. */
export class ConflictError extends DomainError {
  readonly code = 'CONFLICT';

  constructor(
    message: string,
    /** The conversation whose state it conflicts with, as a UUID; null if it conflicts with something else. */
    readonly conversationId: string | null = null,
  ) {
    super(message);
  }
}

/** Makes an error for a refusal without its stack, which nobody reads, and which costs more than the rest of refusing. */
export function withoutStack<Refusal extends Error>(make: () => Refusal): Refusal {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * A top-level error for an invalid argument, with the code BAD_USER_INPUT. Its `issues` name the argument, in the
 * format of a ValidationError.
 */
export function badUserInput(message: string, path: string[]): GraphQLError {
  const issues: ValidationIssue[] = [{ path, message }];
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', path, issues } });
}

/** The error for an idempotency key that was already used with another input or mutation. */
export function idempotencyConflict(key: string): GraphQLError {
  return new GraphQLError(
    `The idempotency key ${JSON.stringify(key)} was used for another input or mutation. Use a new key.`,
    { extensions: { code: 'IDEMPOTENCY_CONFLICT' } },
  );
}
