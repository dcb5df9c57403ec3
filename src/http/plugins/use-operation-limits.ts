import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  OperationTypeNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Budget } from '../../graphql/core/budget.js';
import { BASE_COST, BYTES_A_POINT, judgeComplexity, WRONG_VARIABLES } from '../../graphql/core/complexity.js';
import type { Context } from '../../graphql/core/context.js';
import { type RequestContext, withCost } from '../cost-extension.js';
import type { RateLimits } from '../rate-limits.js';
import { limitReads, owe, spend } from '../request-scope.js';
import { rootFields } from '../root-fields.js';
import { MAX_ERRORS, shortErrors } from '../short-errors.js';

/**
 * Refuses an operation once, before anything is resolved, if its variables are wrong, it is too large, or its caller has
 * used up its minute. Ends a query that takes too long, or whose client has gone. Answers one that has used up its budget
 * with the reason alone.
 */
export function useOperationLimits(rateLimits: RateLimits): Plugin<Context> {
  return {
    onExecute: async ({ args, setResultAndStopExecution }) => {
      const { errors, cost } = await judge(args, rateLimits);
      const { contextValue } = args;
      if (errors.length > 0) return setResultAndStopExecution(withCost({ errors }, cost, contextValue));
      const { budget, config } = contextValue;
      const done = isQuery(args) ? limitQuery(budget, config.maxQuerySeconds) : () => undefined;
      return {
        onExecuteDone: async ({ result, setResult }) => {
          done();
          if (!isResult(result)) return;
          const reason = budget.exceeded();
          const paid = await payRest(contextValue, cost, rateLimits);
          setResult(withCost(reason ? { data: null, errors: [reason] } : result, paid, contextValue));
        },
      };
    },
    onSubscribe: async ({ args, setResultAndStopExecution }) => {
      const { errors } = await judge(args, rateLimits);
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
  limitReads({ signal: budget.signal(), beforeRead: budget.takeStatement }, () => budget.stop(abandoned()));
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

type Args = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'> & {
  contextValue: RequestContext;
};

/** Why an operation is refused, if it is, and what it takes from its caller's minute. */
type Judgement = { errors: readonly GraphQLError[]; cost: number };

async function judge(
  { schema, document, operationName, variableValues, contextValue }: Args,
  rateLimits: RateLimits,
): Promise<Judgement> {
  const operation = getOperationAST(document, operationName);
  // Left to the executor to refuse.
  if (!operation) return { errors: [], cost: 0 };
  const { viewer, rateLimit } = contextValue;
  const variables = variableValues ?? {};
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: MAX_ERRORS,
  });
  if (errors) {
    owe(WRONG_VARIABLES);
    return { errors: shortErrors(errors).map(badRequest), cost: 0 };
  }
  const { cost: estimate, refusal } = judgeComplexity({ schema, document, operationName, variables });
  const cost = refusal ? BASE_COST : BASE_COST + estimate;
  spend(cost);
  try {
    rateLimit.usage = await rateLimits.take(viewer, cost);
    if (!refusal) await rateLimits.takeSends(viewer, sendsOf(document, operationName));
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error], cost };
    throw error;
  }
  return { errors: refusal ? [refusal] : [], cost };
}

/** What may leave a message with the team. It counts before it is executed, and so does one that is sent again. */
const SENDING = ['sendMessage', 'createConversation'];

function sendsOf(document: DocumentNode, operationName: string | null | undefined): number {
  return rootFields(document, operationName).filter(({ name }) => SENDING.includes(name.value)).length;
}

/**
 * Takes the rest from the minute of a caller whose operation has resolved more fields than it cost, because its lists were
 * longer than assumed, or whose answer is large. What is already resolved is not refused. Returns what the operation has cost in all.
 */
async function payRest({ viewer, budget, rateLimit }: Context, cost: number, rateLimits: RateLimits): Promise<number> {
  const { fields, bytes } = budget.used();
  const real = Math.max(fields, Math.floor(bytes / BYTES_A_POINT));
  if (real <= cost) return cost;
  spend(real - cost);
  rateLimit.usage = (await rateLimits.charge(viewer, real - cost)) ?? rateLimit.usage;
  return real;
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
