import { type ExecutionArgs, type ExecutionResult, execute, getOperationAST, OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { forgetPermissions } from '../../graphql/core/builder.js';
import type { Context } from '../../graphql/core/context.js';
import { answerDirectly } from '../../graphql/core/direct/answer.js';
import { type Plan, planExecution, type RootValues } from '../../graphql/core/execute.js';
import { asksForCost } from '../cost-extension.js';
import { type Execute, type Execution, executionOf } from '../execution.js';

/** Executes queries the short way, and again in full where their answer has errors. Nothing is kept of an operation. */
export function usePlainExecution(): Plugin<Context> {
  return {
    onExecute: ({ args: { document, operationName }, executeFn, setExecuteFn }) => {
      const isQuery = getOperationAST(document, operationName)?.operation === OperationTypeNode.QUERY;
      setExecuteFn(async (args: ExecutionArgs) => {
        const execution = executionOf(args);
        try {
          return await (isQuery ? executeQuickly(execution, executeFn) : executeFn(execution));
        } finally {
          forgetPermissions(execution.contextValue);
        }
      });
    },
  };
}

/** Executes a query. */
async function executeQuickly(args: Execution, inFull: Execute): Promise<ExecutionResult> {
  const { contextValue } = args;
  const rootValues: RootValues = new Map();
  const written = asksForCost(contextValue) ? null : await answerDirectly(args, rootValues);
  if (written) return written;
  // What was taken for an answer that is not given.
  contextValue.budget.restart();
  contextValue.rootValues = rootValues;
  return executePlanned(planExecution(args), args, inFull);
}

/** Executes what changes nothing, a query or a subscription for one event, by its plan, and in full where that fails. */
export async function executePlanned(
  plan: Plan | null,
  args: Execution,
  inFull: Execute = execute,
): Promise<ExecutionResult> {
  const { rootValue, contextValue } = args;
  const { budget, rootValues } = contextValue;
  const result = await plan?.({ rootValue, contextValue, ...(rootValues && { rootValues }) });
  if (result) return result;
  // The reason takes the place of whatever the result would be.
  if (budget.exceeded()) return { data: null };
  budget.restart();
  // What has failed at the database is not tried again: it may have taken until its time limit.
  return inFull(args);
}
