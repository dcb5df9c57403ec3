import type { ExecutionResult } from 'graphql';
import type { YogaInitialContext } from 'graphql-yoga';
import type { Context } from '../graphql/core/context.js';

/** The context of an operation, with the parameters of its request. */
export type RequestContext = Context & Partial<Pick<YogaInitialContext, 'params'>>;

/** Whether the request of an operation asks what it costs. */
export function asksForCost({ params }: RequestContext): boolean {
  return params?.extensions?.cost === true;
}

/**
 * Adds `extensions.cost` to the result of an operation whose request has `"extensions": {"cost": true}`: what was taken
 * from the caller's minute, what the operation really resolved, and what is left of the minute, null if there is no limit.
 */
export function withCost(result: ExecutionResult, requested: number, context: RequestContext): ExecutionResult {
  const { budget, rateLimit } = context;
  if (!asksForCost(context)) return result;
  const { limit, remaining, resetAt } = rateLimit.usage ?? {};
  const minute = rateLimit.usage && { limit, remaining, resetAt };
  return { ...result, extensions: { ...result.extensions, cost: { requested, ...budget.used(), rateLimit: minute } } };
}
