import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { ConcreteRequest } from 'relay-runtime';

/** A selection as Relay's runtime both writes it into its store and reads it. */
type Selection =
  | { kind: 'ScalarField'; name: string; alias: string | null; args: null; storageKey: null }
  | {
      kind: 'LinkedField';
      name: string;
      alias: string | null;
      args: null;
      storageKey: null;
      concreteType: string | null;
      plural: boolean;
      selections: Selection[];
    }
  | { kind: 'InlineFragment'; type: string; abstractKey: string | null; selections: Selection[] };

const field = (name: string, alias?: string): SelectionNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: name },
  ...(alias ? { alias: { kind: Kind.NAME, value: alias } } : {}),
});

const abstractKeyOf = (schema: GraphQLSchema, typeName: string) =>
  isAbstractType(schema.getType(typeName)) ? `__is${typeName}` : null;

/** The document as Relay's compiler sends it: it asks for the names of types, and which interfaces they implement. */
function sentFor(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const withFields = (set: SelectionSetNode, ...added: SelectionNode[]) => ({
    ...set,
    selections: [...added, ...set.selections],
  });
  return visit(document, {
    Field: (node) => node.selectionSet && { ...node, selectionSet: withFields(node.selectionSet, field('__typename')) },
    InlineFragment: (node) => {
      const key = abstractKeyOf(schema, node.typeCondition?.name.value ?? '');
      return key ? { ...node, selectionSet: withFields(node.selectionSet, field('__typename', key)) } : undefined;
    },
  });
}

function selectionsOf(schema: GraphQLSchema, typeName: string, { selections }: SelectionSetNode): Selection[] {
  return selections.map((node): Selection => {
    if (node.kind === Kind.FRAGMENT_SPREAD) throw new Error('Documents with named fragments are not supported here.');
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const type = node.typeCondition?.name.value ?? typeName;
      const selected = selectionsOf(schema, type, node.selectionSet);
      return { kind: 'InlineFragment', type, abstractKey: abstractKeyOf(schema, type), selections: selected };
    }
    const [name, alias] = [node.name.value, node.alias?.value ?? null];
    const common = { name, alias, args: null, storageKey: null };
    if (!node.selectionSet) return { kind: 'ScalarField', ...common };
    const owner = schema.getType(typeName);
    const type = isObjectType(owner) || isInterfaceType(owner) ? owner.getFields()[name]?.type : undefined;
    if (!type) throw new Error(`${typeName} has no field ${name}.`);
    const { name: target } = getNamedType(type);
    return {
      kind: 'LinkedField',
      ...common,
      concreteType: abstractKeyOf(schema, target) ? null : target,
      plural: isListType(getNullableType(type)),
      selections: selectionsOf(schema, target, node.selectionSet),
    };
  });
}

/**
 * What Relay's compiler makes of a document, as far as its runtime reads it; the compiler itself insists that operations
 * are named after files. Fields are stored without their arguments, so a store should hold one operation.
 */
export function relayRequest(schema: GraphQLSchema, text: string): ConcreteRequest {
  const document = sentFor(schema, parse(text));
  const [operation] = document.definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`This is no operation:\n${text}`);
  const root = schema.getRootType(operation.operation)?.name ?? '';
  const name = operation.name?.value ?? 'Unnamed';
  const selections = selectionsOf(schema, root, operation.selectionSet);
  const argumentDefinitions = (operation.variableDefinitions ?? []).map(({ variable }) => ({
    kind: 'LocalArgument' as const,
    name: variable.name.value,
    defaultValue: null,
  }));
  const { operation: operationKind } = operation;
  return {
    kind: 'Request',
    fragment: { kind: 'Fragment', name, type: root, metadata: null, argumentDefinitions, selections },
    operation: { kind: 'Operation', name, argumentDefinitions, selections },
    params: { id: null, cacheID: text, metadata: {}, name, operationKind, text: print(document) },
  };
}
