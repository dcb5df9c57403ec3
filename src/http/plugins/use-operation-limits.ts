import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Budget } from '../../graphql/core/budget.js';
import { BASE_COST, judgeComplexity } from '../../graphql/core/complexity.js';
import type { Context } from '../../graphql/core/context.js';
import type { RateLimits } from '../rate-limits.js';
import { limitReads } from '../request-scope.js';
import { MAX_ERRORS, shortErrors } from '../short-errors.js';

/**
 * Refuses an operation once, before anything is resolved, if its variables are wrong, it is too large, or its caller has
 * used up its minute. Ends a query that takes too long, or whose client has gone. Answers one that has used up its budget
 * with the reason alone.
 */
export function useOperationLimits(rateLimits: RateLimits): Plugin<Context> {
  return {
    onExecute: async ({ args, setResultAndStopExecution }) => {
      const errors = await refusalsOf(args, rateLimits);
      if (errors.length > 0) return setResultAndStopExecution({ errors });
      const { budget, config } = args.contextValue;
      const done = isQuery(args) ? limitQuery(budget, config.maxQuerySeconds) : () => undefined;
      return {
        onExecuteDone: ({ result, setResult }) => {
          done();
          const reason = budget.exceeded();
          if (reason && isResult(result)) setResult({ data: null, errors: [reason] });
        },
      };
    },
    onSubscribe: async ({ args, setResultAndStopExecution }) => {
      const errors = await refusalsOf(args, rateLimits);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}

/** Mutations are left to their end, which their transactions limit: who has asked for a change may rely on it. */
function isQuery({ document, operationName }: Args): boolean {
  return getOperationAST(document, operationName)?.operation === OperationTypeNode.QUERY;
}

/** Ends a query, down to the database, after its time or when its client has gone. Returns how to call that off. */
function limitQuery(budget: Budget, seconds: number): () => void {
  const { signal, takeStatement: beforeRead } = budget;
  limitReads({ signal, beforeRead }, () => budget.stop(abandoned()));
  const timer = setTimeout(() => budget.stop(tookTooLong(seconds)), seconds * 1000).unref();
  return () => clearTimeout(timer);
}

function tookTooLong(seconds: number): GraphQLError {
  const message = `The query took longer than ${seconds} s. Narrow the search or the filter, or request smaller pages.`;
  return new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX' } });
}

/** Only for the log: nobody is left to read it. */
function abandoned(): GraphQLError {
  return new GraphQLError('The client has gone.', { extensions: { code: 'CLIENT_GONE' } });
}

type Args = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'> & { contextValue: Context };

async function refusalsOf(
  { schema, document, operationName, variableValues, contextValue }: Args,
  rateLimits: RateLimits,
): Promise<readonly GraphQLError[]> {
  const operation = getOperationAST(document, operationName);
  // Left to the executor to refuse.
  if (!operation) return [];
  const { viewer, rateLimit } = contextValue;
  const variables = variableValues ?? {};
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: MAX_ERRORS,
  });
  if (errors) return shortErrors(errors).map(badRequest);
  const { cost, refusal } = judgeComplexity({ schema, document, operationName, variables });
  try {
    rateLimit.usage = await rateLimits.take(viewer, refusal ? BASE_COST : BASE_COST + cost);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
  return refusal ? [refusal] : [];
}

/** The status that yoga answers wrong variables with (GraphQL over HTTP, section 6.4.2). */
function badRequest({ message, nodes, originalError, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes,
    originalError,
    extensions: { ...extensions, code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

function isResult(result: object): result is ExecutionResult {
  return !(Symbol.asyncIterator in result);
}
