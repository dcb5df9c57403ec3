import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { RequestContext } from './cost-extension.js';

/** What executes an operation. */
export type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** The arguments of an execution, whose context is one of ours. */
export type Execution = ExecutionArgs & { contextValue: RequestContext };

/**
 * The arguments that a plugin's function for the execution gets. Their context is not always the one that the plugin knows
 * from before: a query that is read from a replica has one of its own.
 */
export function executionOf(args: ExecutionArgs): Execution {
  if (!isExecution(args)) throw new Error('The operation has no context.');
  return args;
}

function isExecution(args: ExecutionArgs): args is Execution {
  const { contextValue } = args;
  return typeof contextValue === 'object' && contextValue !== null && 'budget' in contextValue;
}
