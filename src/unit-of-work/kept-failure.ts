import { z } from 'zod';
import {
  ConflictError,
  type DomainError,
  type ErrorCode,
  ForbiddenError,
  NotFoundError,
  ValidationError,
} from '../lib/errors.js';
import type { Work } from './transaction.js';

/** An expected failure as it is stored. */
export type KeptFailure = { code: ErrorCode; message: string; details: unknown };

/** How failures with one code are stored and made again. */
export type FailureCodec<Failure extends DomainError> = {
  is: (error: DomainError) => error is Failure;
  /** What is stored besides the message, as JSON. */
  details: (failure: Failure) => object;
  revive: (work: Work, message: string, details: unknown) => DomainError | Promise<DomainError>;
};

type Codec = { keep: (error: DomainError) => object | null; revive: FailureCodec<DomainError>['revive'] };

const codecs = new Map<ErrorCode, Codec>();

/** Declares how failures with a code are kept. */
export function keepFailures<Failure extends DomainError>(
  code: ErrorCode,
  { is, details, revive }: FailureCodec<Failure>,
): void {
  codecs.set(code, { keep: (error) => (is(error) ? details(error) : null), revive });
}

function codecOf(code: ErrorCode): Codec {
  const codec = codecs.get(code);
  if (!codec) throw new Error(`Nothing says how failures with the code ${code} are kept.`);
  return codec;
}

export function keepFailure(error: DomainError): KeptFailure {
  return { code: error.code, message: error.message, details: codecOf(error.code).keep(error) };
}

/** Makes a failure again that was kept. */
export async function reviveFailure(work: Work, { code, message, details }: KeptFailure): Promise<DomainError> {
  return codecOf(code).revive(work, message, details);
}

const issues = z.object({ issues: z.array(z.object({ path: z.array(z.string()), message: z.string() })) });
const named = z.object({ id: z.string().nullable() });
const about = z.object({ conversationId: z.string().nullish() });

keepFailures('VALIDATION_FAILED', {
  is: (error) => error instanceof ValidationError,
  details: (error) => ({ issues: error.issues }),
  revive: (_work, _message, details) => new ValidationError(issues.parse(details).issues),
});

keepFailures('NOT_FOUND', {
  is: (error) => error instanceof NotFoundError,
  details: ({ id }) => ({ id }),
  revive: (_work, message, details) => {
    const failure = new NotFoundError('object', named.parse(details).id);
    failure.message = message;
    return failure;
  },
});

keepFailures('FORBIDDEN', {
  is: (error) => error instanceof ForbiddenError,
  details: () => ({}),
  revive: (_work, message) => new ForbiddenError(message),
});

keepFailures('CONFLICT', {
  is: (error) => error instanceof ConflictError,
  details: ({ conversationId }) => ({ conversationId }),
  revive: (_work, message, details) => new ConflictError(message, about.parse(details).conversationId),
});
