import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/core/context.js';
import { readsLoggedOnly } from '../../graphql/logged-reads.js';
import type { Metrics } from '../../metrics/metrics.js';
import type { Lease } from '../../replica/lease.js';
import type { PrimaryReason, ReadPlaces } from '../../replica/read-places.js';
import { type Execute, type Execution, executionOf } from '../execution.js';
import { minCursorOf } from '../min-cursor.js';

type Options = { places: ReadPlaces; metrics: Pick<Metrics, 'reads'> };

/**
 * Chooses for each query where all of it is read, and reads it again from the primary if the replica fails. Comes after the
 * plugins that say how queries are executed.
 */
export function useReadPlaces(options: Options): Plugin<Context> {
  return {
    onExecute: ({ args: { contextValue, document, operationName }, executeFn, setExecuteFn }) => {
      if (getOperationAST(document, operationName)?.operation === OperationTypeNode.QUERY) {
        return setExecuteFn((args: ExecutionArgs) => readInPlace(executionOf(args), executeFn, options));
      }
      // A mutation is over when what it returns was read, from the primary.
      return { onExecuteDone: () => options.places.sawPrimary(contextValue.viewer) };
    },
  };
}

async function readInPlace(args: Execution, execute: Execute, { places, metrics }: Options): Promise<ExecutionResult> {
  const { contextValue: context, schema, document } = args;
  const { viewer } = context;
  const atPrimary = async (reason: PrimaryReason | null) => {
    if (reason) metrics.reads.inc({ place: 'primary', reason });
    try {
      return await execute(args);
    } finally {
      places.sawPrimary(viewer);
    }
  };
  try {
    const minimum = minCursorOf(context);
    const chosen = await places.choose({ viewer, minimum, isLogged: readsLoggedOnly(schema, document) });
    if (chosen.place === 'primary') return await atPrimary(chosen.reason);
    const result = await attempt(args, execute, chosen.lease);
    if (result) {
      metrics.reads.inc({ place: 'replica', reason: 'current' });
      return result;
    }
    places.failed(chosen.lease);
    context.budget.restart();
    return await atPrimary('failed');
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

/** Executes an operation at a replica. Returns null if that has failed in a way in which the primary may not. */
async function attempt(
  args: Execution,
  execute: Execute,
  { database, failure }: Lease,
): Promise<ExecutionResult | null> {
  const { contextValue: context } = args;
  const failures: Context['failures'] = new Set();
  const contextValue: Context = { ...context, database, failures, scope: new Map() };
  const hasFailed = () => failure() !== undefined && !context.budget.exceeded();
  let result: ExecutionResult;
  try {
    result = await execute({ ...args, contextValue });
  } catch (error) {
    if (hasFailed()) return null;
    throw error;
  }
  if (result.errors && hasFailed()) return null;
  for (const code of failures) context.failures.add(code);
  return result;
}
