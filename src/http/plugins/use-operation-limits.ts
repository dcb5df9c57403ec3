import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST, getVariableValues } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { refusalOfComplexity } from '../../graphql/core/complexity.js';
import type { Context } from '../../graphql/core/context.js';
import { MAX_ERRORS, shortErrors } from '../short-errors.js';

/**
 * Refuses an operation once, before anything is resolved, if its variables are wrong or it is too large, and answers
 * one that has used up its budget with the reason alone.
 */
export function useOperationLimits(): Plugin<Context> {
  return {
    onExecute: ({ args, setResultAndStopExecution }) => {
      const errors = refusalsOf(args);
      if (errors.length > 0) return setResultAndStopExecution({ errors });
      return {
        onExecuteDone: ({ result, setResult }) => {
          const reason = args.contextValue.budget.exceeded();
          if (reason && isResult(result)) setResult({ data: null, errors: [reason] });
        },
      };
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const errors = refusalsOf(args);
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}

type Args = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>;

function refusalsOf({ schema, document, operationName, variableValues }: Args): readonly GraphQLError[] {
  const operation = getOperationAST(document, operationName);
  // Left to the executor to refuse.
  if (!operation) return [];
  const variables = variableValues ?? {};
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: MAX_ERRORS,
  });
  if (errors) return shortErrors(errors).map(badRequest);
  const refusal = refusalOfComplexity({ schema, document, operationName, variables });
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
