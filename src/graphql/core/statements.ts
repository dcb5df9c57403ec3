import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The extension of a field that takes a statement by itself: one for all rows of its level. */
export const LOADS = 'loads';

const known = new WeakMap<OperationDefinitionNode, number>();

/**
 * How many statements an operation may take besides those of its lists: one for each field that loads something, however
 * many rows are around it. The document must be valid.
 */
export function statementsOf(schema: GraphQLSchema, document: DocumentNode, operationName?: string | null): number {
  const operation = getOperationAST(document, operationName);
  if (!operation) return 0;
  const cached = known.get(operation);
  if (cached !== undefined) return cached;
  const root = schema.getRootType(operation.operation);
  const count = root ? counter(schema, document)(operation.selectionSet, root) : 0;
  known.set(operation, count);
  return count;
}

function counter(schema: GraphQLSchema, { definitions }: DocumentNode) {
  const fragments = new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  /** A fragment may be spread often: its selection is counted once. */
  const counts = new Map<SelectionSetNode, number>();

  function countOf(set: SelectionSetNode | undefined, type: GraphQLNamedType | undefined): number {
    if (!set || !type) return 0;
    const counted = counts.get(set);
    if (counted !== undefined) return counted;
    let count = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
        if (!field) continue;
        count += (field.extensions[LOADS] === true ? 1 : 0) + countOf(selection.selectionSet, getNamedType(field.type));
      } else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition;
        count += countOf(fragment?.selectionSet, condition ? schema.getType(condition.name.value) : type);
      }
    }
    counts.set(set, count);
    return count;
  }
  return countOf;
}
