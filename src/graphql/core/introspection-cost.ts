import { GraphQLError, Kind, type SelectionSetNode, type ValidationContext, type ValidationRule } from 'graphql';

/** Roughly how many items the lists of the introspection have, on average over all types. */
const items = new Map(
  Object.entries({
    types: 300,
    fields: 5,
    args: 2,
    inputFields: 2,
    enumValues: 1,
    possibleTypes: 1,
    directives: 6,
    ofType: 0.5,
  }),
);

/** Roughly the bytes of a field of the introspection as JSON. */
const FIELD_BYTES = 25;
const DESCRIPTION_BYTES = 100;

/** The introspection of GraphiQL answers some 400 KB, and is estimated at six times that. */
const MAX_BYTES = 3_000_000;

function costOf(context: ValidationContext, root: SelectionSetNode): number {
  const known = new Map<SelectionSetNode, number>();
  const costOfSet = (set: SelectionSetNode | undefined): number => {
    if (!set) return 0;
    const found = known.get(set);
    if (found !== undefined) return found;
    // Stops at a fragment that spreads itself, which another rule refuses.
    known.set(set, 0);
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const isDescription = selection.name.value === 'description';
        cost +=
          (isDescription ? DESCRIPTION_BYTES : FIELD_BYTES) +
          (items.get(selection.name.value) ?? 1) * costOfSet(selection.selectionSet);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) cost += costOfSet(selection.selectionSet);
      else cost += costOfSet(context.getFragment(selection.name.value)?.selectionSet);
    }
    known.set(set, cost);
    return cost;
  };
  return costOfSet(root);
}

/**
 * Refuses introspection that is too expensive, such as the whole schema under many aliases. The complexity of the
 * schema's fields does not include introspection, and graphql's own MaxIntrospectionDepthRule limits its depth, not its
 * breadth.
 */
export const boundedIntrospection: ValidationRule = (context) => {
  let cost = 0;
  return {
    Field: ({ name, selectionSet }) => {
      if (selectionSet && (name.value === '__schema' || name.value === '__type')) cost += costOf(context, selectionSet);
    },
    Document: {
      leave: () => {
        if (cost <= MAX_BYTES) return;
        const message = 'The introspection is too large. Query the schema once, without aliases.';
        context.reportError(new GraphQLError(message, { extensions: { code: 'QUERY_TOO_COMPLEX' } }));
      },
    },
  };
};
