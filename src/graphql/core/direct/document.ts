import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';

export type FragmentMap = Record<string, FragmentDefinitionNode>;

export function fragmentsOf({ definitions }: DocumentNode): FragmentMap {
  const fragments: FragmentMap = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

/** The variables of a document that are used anywhere but in the arguments of its root fields. */
export function innerVariables(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const roots = new Set<FieldNode>();
  for (const selection of operation.selectionSet.selections) if (selection.kind === Kind.FIELD) roots.add(selection);
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: (_node, _key, _parent, _path, ancestors) => {
      // The last ancestor is the list of arguments.
      const field = ancestors.at(-2);
      return field && 'kind' in field && field.kind === Kind.FIELD && roots.has(field) ? false : undefined;
    },
    Variable: ({ name }) => void names.add(name.value),
  });
  return [...names];
}
