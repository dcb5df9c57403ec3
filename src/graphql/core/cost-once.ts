import {
  type DocumentNode,
  type FragmentSpreadNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  type InlineFragmentNode,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** The extension of a field: what it costs once, for all rows of its level. */
export const ONCE = 'costOnce';
/** The extension of a list: what counting its rows costs, if its `totalCount` is selected. */
export const COUNTING = 'costOfCounting';

const known = new WeakMap<OperationDefinitionNode, number>();

/**
 * What an operation costs for its statements and for counting whole lists: each field that loads something takes one
 * statement, however many rows are around it. The document must be valid.
 */
export function costOnce(schema: GraphQLSchema, document: DocumentNode, operationName?: string | null): number {
  const operation = getOperationAST(document, operationName);
  if (!operation) return 0;
  const cached = known.get(operation);
  if (cached !== undefined) return cached;
  const root = schema.getRootType(operation.operation);
  const cost = root ? adder(schema, document)(operation.selectionSet, root) : 0;
  known.set(operation, cost);
  return cost;
}

function adder(schema: GraphQLSchema, { definitions }: DocumentNode) {
  const fragments = new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  /** A fragment may be spread often: its selection is added up once. */
  const costs = new Map<SelectionSetNode, number>();

  function costOf(set: SelectionSetNode | undefined, type: GraphQLNamedType | undefined): number {
    if (!set || !type) return 0;
    const added = costs.get(set);
    if (added !== undefined) return added;
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
        if (!field) continue;
        cost += pointsIn(field.extensions[ONCE]) + costOf(selection.selectionSet, getNamedType(field.type));
        if (selectsTotalCount(selection.selectionSet)) cost += pointsIn(field.extensions[COUNTING]);
      } else {
        const fragment = fragmentOf(selection);
        const condition = fragment?.typeCondition;
        cost += costOf(fragment?.selectionSet, condition ? schema.getType(condition.name.value) : type);
      }
    }
    costs.set(set, cost);
    return cost;
  }

  const fragmentOf = (selection: FragmentSpreadNode | InlineFragmentNode) =>
    selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;

  const counting = new Map<SelectionSetNode, boolean>();

  function selectsTotalCount(set: SelectionSetNode | undefined): boolean {
    if (!set) return false;
    const answered = counting.get(set);
    if (answered !== undefined) return answered;
    const answer = set.selections.some((selection) =>
      selection.kind === Kind.FIELD
        ? selection.name.value === 'totalCount'
        : selectsTotalCount(fragmentOf(selection)?.selectionSet),
    );
    counting.set(set, answer);
    return answer;
  }

  return costOf;
}

const pointsIn = (extension: unknown): number => (typeof extension === 'number' ? extension : 0);
