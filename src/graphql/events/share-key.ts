import { type DocumentNode, type GraphQLSchema, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { seesAll, type Viewer } from '../../auth/viewer.js';
import { selectsPerViewer } from '../core/per-viewer.js';

const documentNumbers = new WeakMap<DocumentNode, number>();
let nextNumber = 1;

/** The same number for the same parsed document; equal texts are parsed once. */
function numberOf(document: DocumentNode): number {
  const known = documentNumbers.get(document);
  if (known) return known;
  const number = nextNumber;
  nextNumber += 1;
  documentNumbers.set(document, number);
  return number;
}

const cursorVariables = new WeakMap<DocumentNode, string | null>();

/** The variable that only says where a subscription begins: it makes no difference to what follows. */
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
        // The events of a conversation below take a cursor too, and answer by it.
        if (typeInfo.getParentType() !== schema.getSubscriptionType() || node.name.value !== 'events') return;
        const after = node.arguments?.find((argument) => argument.name.value === 'after');
        if (after?.value.kind === Kind.VARIABLE) name ??= after.value.name.value;
      },
    }),
  );
  const result = name !== null && uses.get(name) === 1 ? name : null;
  cursorVariables.set(document, result);
  return result;
}

export type Shareable = {
  schema: GraphQLSchema;
  document: DocumentNode;
  operationName?: string | null | undefined;
  variableValues?: { readonly [name: string]: unknown } | null | undefined;
};

/** All who see the whole workspace see the same; everyone else has a view of their own. */
function viewOf(viewer: Viewer, ofViewer: boolean): string[] {
  const { workspaceId, kind, actor } = viewer;
  return seesAll(viewer) && !ofViewer ? [workspaceId] : [workspaceId, kind, actor.id];
}

/**
 * Subscriptions with the same key get the same results: the same document, operation and variables, the same view, and the
 * same viewer where the document selects a per-viewer field.
 */
export function shareKey({ schema, document, operationName, variableValues }: Shareable, viewer: Viewer): string {
  const cursor = cursorVariable(schema, document);
  const variables = Object.entries(variableValues ?? {})
    .filter(([name]) => name !== cursor)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const view = viewOf(viewer, selectsPerViewer(schema, document));
  return JSON.stringify([numberOf(document), operationName ?? null, variables, view]);
}
