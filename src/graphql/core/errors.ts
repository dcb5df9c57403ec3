import {
  ConflictError,
  type DomainError,
  type ErrorCode as ErrorCodeName,
  ForbiddenError,
  NotFoundError,
  ValidationError,
  type ValidationIssue,
} from '../../lib/errors.js';
import { builder } from './builder.js';

const ErrorCode = builder.enumType('ErrorCode', {
  description: 'The kind of failure. Codes are stable, for use by programs.',
  values: {
    VALIDATION_FAILED: { description: 'The input violates rules; `issues` lists each of them with its path.' },
    NOT_FOUND: { description: 'It does not exist, or the viewer may not see it.' },
    FORBIDDEN: { description: 'The viewer is not allowed to do this.' },
    CONFLICT: { description: 'The input conflicts with the current state.' },
    INVALID_TRANSITION: { description: 'The status of the conversation does not allow this.' },
    CONVERSATION_EXISTS: { description: 'Such a conversation already exists.' },
  } as const,
});

const typeNames: Record<ErrorCodeName, string> = {
  VALIDATION_FAILED: 'ValidationError',
  NOT_FOUND: 'NotFoundError',
  FORBIDDEN: 'ForbiddenError',
  CONFLICT: 'ConflictError',
  INVALID_TRANSITION: 'InvalidTransitionError',
  CONVERSATION_EXISTS: 'ConversationExistsError',
};

export const ErrorInterface = builder.interfaceRef<Pick<DomainError, 'code' | 'message'>>('Error').implement({
  resolveType: ({ code }) => typeNames[code],
  description: 'An expected failure. Every mutation returns a union of its payload and its possible failures.',
  fields: (t) => ({
    code: t.field({
      type: ErrorCode,
      description: 'The kind of failure, for programs.',
      resolve: (error) => error.code,
    }),
    message: t.exposeString('message', { description: 'What is wrong and what to do, for people.' }),
  }),
});

const ValidationIssueType = builder.objectRef<ValidationIssue>('ValidationIssue').implement({
  description: 'A rule that the input violates.',
  fields: (t) => ({
    path: t.exposeStringList('path', { description: 'The path to the value in the input.' }),
    message: t.exposeString('message', { description: 'What the rule requires.' }),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'The input violates rules; nothing was written.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssueType],
      description: 'The rules that were violated; at most 20 are named.',
      resolve: ({ issues }) => issues,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'It does not exist, or the viewer may not see it. The two cases cannot be told apart.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    id: t.exposeID('id', { nullable: true, description: 'The requested id.' }),
  }),
});

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'The viewer is not allowed to do this.',
  interfaces: [ErrorInterface],
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description:
    'The input conflicts with the current state: for example an outdated expectedVersion, or an email address that is taken.',
  interfaces: [ErrorInterface],
});

/** The failures that every mutation can return. */
export const commonErrors = [ValidationError, NotFoundError, ForbiddenError, ConflictError];
