import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/core/context.js';
import { logHead } from '../../graphql/events/viewer-log.sql.js';
import { executionOf } from '../execution.js';
import { rootFields } from '../root-fields.js';

const FIELD = 'eventCursor';

/** Reads the head of the log before an operation that selects eventCursor at its root reads anything else. */
export function useEventCursor(): Plugin<Context> {
  return {
    onExecute: ({ args: { document, operationName }, executeFn, setExecuteFn }) => {
      if (!rootFields(document, operationName).some(({ name }) => name.value === FIELD)) return;
      setExecuteFn(async (args: ExecutionArgs) => {
        await logHead(executionOf(args).contextValue);
        return executeFn(args);
      });
    },
  };
}
