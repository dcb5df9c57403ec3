import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Tracing, traced } from '../../lib/tracing.js';
import { currentRequestSpan } from '../request-scope.js';

/** Traces the steps of an operation. Comes last, so that it traces what the other plugins put in place of a step. */
export function useTracing(tracing: Tracing): Plugin {
  const step = (name: string) => {
    const span = tracing.begin(name);
    return () => span?.end();
  };
  return {
    onParse: () => step('graphql.parse'),
    onValidate: () => step('graphql.validate'),
    onExecute: ({ executeFn, setExecuteFn }) => {
      if (!tracing.current()) return;
      setExecuteFn((args: ExecutionArgs) => traced(tracing, 'graphql.execute', async () => executeFn(args)));
    },
    onSubscribe: ({ subscribeFn, setSubscribeFn }) => {
      if (!tracing.current()) return;
      setSubscribeFn((args: ExecutionArgs) => traced(tracing, 'graphql.subscribe', async () => subscribeFn(args)));
      // What follows may last for hours, and is no part of the operation.
      return { onSubscribeResult: () => currentRequestSpan()?.end() };
    },
  };
}
