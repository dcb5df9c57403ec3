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
  description: 'What kind of failure it is; stable, for programs.',
  values: {
    VALIDATION_FAILED: { description: 'The input breaks a rule; `issues` names each path.' },
    NOT_FOUND: { description: 'There is no such thing, or the viewer may not see it.' },
    FORBIDDEN: { description: 'The viewer may not do this.' },
    CONFLICT: { description: 'The input clashes with what is there now.' },
    INVALID_TRANSITION: { description: "The conversation's status does not allow this." },
    CONVERSATION_EXISTS: { description: 'There already is such a conversation.' },
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
  description: 'An expected failure. Every mutation answers a union of its payload and the failures it can have.',
  fields: (t) => ({
    code: t.field({ type: ErrorCode, description: 'For programs.', resolve: (error) => error.code }),
    message: t.exposeString('message', { description: 'For people: what is wrong and what to do.' }),
  }),
});

const ValidationIssueType = builder.objectRef<ValidationIssue>('ValidationIssue').implement({
  description: 'One rule that the input breaks.',
  fields: (t) => ({
    path: t.exposeStringList('path', { description: 'Where in the input.' }),
    message: t.exposeString('message', { description: 'What the rule asks for.' }),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  description: 'The input breaks rules; nothing was written.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    issues: t.field({ type: [ValidationIssueType], description: 'Each broken rule.', resolve: ({ issues }) => issues }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: 'There is no such thing, or the viewer may not see it: both answer the same.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    id: t.exposeID('id', { nullable: true, description: 'The id that was asked for.' }),
  }),
});

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  description: 'The viewer may not do this.',
  interfaces: [ErrorInterface],
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'The input clashes with what is there now, such as a stale expectedVersion or a taken e-mail address.',
  interfaces: [ErrorInterface],
});

/** The failures that every mutation may answer. */
export const commonErrors = [ValidationError, NotFoundError, ForbiddenError, ConflictError];
