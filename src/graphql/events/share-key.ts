import { type DocumentNode, type GraphQLSchema, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { seesAll, type Viewer } from '../../auth/viewer.js';
import { selectsPerViewer } from '../core/per-viewer.js';

const documentNumbers = new WeakMap<DocumentNode, number>();
let nextNumber = 1;

/** Numbers documents. Equal texts are parsed once, so they have the same document and number. */
function numberOf(document: DocumentNode): number {
  const known = documentNumbers.get(document);
  if (known) return known;
  const number = nextNumber;
  nextNumber += 1;
  documentNumbers.set(document, number);
  return number;
}

const cursorVariables = new WeakMap<DocumentNode, string | null>();

/** The variable that only holds the cursor a subscription starts after, and so does not affect its later results. */
function cursorVariable(schema: GraphQLSchema, document: DocumentNode): string | null {
  const cached = cursorVariables.get(document);
  if (cached !== undefined) return cached;
  const uses = new Map<string, number>();
  let name: string | null = null;
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      VariableDefinition: () => false,
      Variable: (node) => {
        uses.set(node.name.value, (uses.get(node.name.value) ?? 0) + 1);
      },
      Field: (node) => {
        // Other lists take a cursor too, but their results depend on it.
        if (typeInfo.getParentType() !== schema.getSubscriptionType()) return;
        const after = node.arguments?.find((argument) => argument.name.value === 'after');
        if (after?.value.kind === Kind.VARIABLE) name ??= after.value.name.value;
      },
    }),
  );
  const result = name !== null && uses.get(name) === 1 ? name : null;
  cursorVariables.set(document, result);
  return result;
}

/** A subscription that may be shared with equal ones. */
export type Shareable = {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null | undefined;
  variableValues?: { readonly [name: string]: unknown } | null | undefined;
};

/** Viewers who see the whole workspace share a view; every other viewer has its own, and another one since a merge. */
function viewOf(viewer: Viewer, perViewer: boolean): string[] {
  const { workspaceId, kind, actor, hasMerged } = viewer;
  return seesAll(viewer) && !perViewer
    ? [workspaceId]
    : [workspaceId, kind, actor.id, ...(hasMerged ? ['merged'] : [])];
}

/**
 * The key of a subscription; equal keys mean equal results. It consists of the document, the operation, the variables,
 * and the view of the viewer, or the viewer itself if the document selects a per-viewer field.
 */
export function shareKey({ schema, document, operationName, variableValues }: Shareable, viewer: Viewer): string {
  const cursor = cursorVariable(schema, document);
  const variables = Object.entries(variableValues ?? {})
    .filter(([name]) => name !== cursor)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const view = viewOf(viewer, selectsPerViewer(schema, document));
  return JSON.stringify([numberOf(document), operationName ?? null, variables, view]);
}
