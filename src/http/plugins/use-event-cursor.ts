import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/core/context.js';
import { logHead } from '../../graphql/events/viewer-log.sql.js';
import { rootFields } from '../root-fields.js';

const FIELD = 'eventCursor';

/** Reads the head of the log before an operation that selects eventCursor at its root reads anything else. */
export function useEventCursor(): Plugin<Context> {
  return {
    onExecute: async ({ args: { document, operationName, contextValue } }) => {
      const selects = rootFields(document, operationName).some(({ name }) => name.value === FIELD);
      if (selects) await logHead(contextValue);
    },
  };
}
