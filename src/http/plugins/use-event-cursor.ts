import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../graphql/core/context.js';
import { logHead } from '../../graphql/events/viewer-log.sql.js';

const FIELD = 'eventCursor';

/** Whether an operation selects eventCursor at its root, directly or in a fragment. */
function selectsCursor(document: DocumentNode, operationName: string | null | undefined): boolean {
  const fragments = new Map(
    document.definitions
      .filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const seen = new Set<string>();
  const selects = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === FIELD;
      if (selection.kind === Kind.INLINE_FRAGMENT) return selects(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      if (!fragment || seen.has(fragment.name.value)) return false;
      seen.add(fragment.name.value);
      return selects(fragment.selectionSet);
    });
  const operation = getOperationAST(document, operationName);
  return operation ? selects(operation.selectionSet) : false;
}

/** Reads the head of the log before an operation that selects eventCursor reads anything else. */
export function useEventCursor(): Plugin<Context> {
  return {
    onExecute: async ({ args }) => {
      if (selectsCursor(args.document, args.operationName)) await logHead(args.contextValue);
    },
  };
}
