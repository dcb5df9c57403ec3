import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import type { CursorCodec } from '../../../lib/cursor-codec.js';
import { isIdType } from '../../../lib/ids.js';
import type { FragmentMap } from './document.js';
import { idJson, type Json } from './json-text.js';
import { objectJson } from './page.js';
import { columnJson, directField, NotDirect, type Row, type Selected } from './rows.js';

/** What a selection is compiled with: the operation, its variables, and who will read the answer. */
export type Compilation = Pick<Selected, 'reader' | 'cursors'> & {
  schema: GraphQLSchema;
  fragments: FragmentMap;
  variables: Record<string, unknown>;
  cursors: CursorCodec;
  /** Called for each field that is compiled. */
  onField: () => void;
};

type Nodes = readonly FieldNode[];

/** The fields at the root of an operation. Throws NotDirect if one of them is hidden from the reader. */
export function rootFieldsOf(
  compilation: Compilation,
  { operation, selectionSet }: OperationDefinitionNode,
): Selected[] {
  const { schema, fragments, variables } = compilation;
  const type = schema.getRootType(operation);
  if (!type) throw new NotDirect();
  return selectedOf(compilation, type, collectFields(schema, fragments, variables, type, selectionSet));
}

function selectedOf(compilation: Compilation, type: GraphQLObjectType, nodesByKey: ReadonlyMap<string, Nodes>) {
  return [...nodesByKey].map(([key, nodes]) => select(compilation, type, key, nodes));
}

function select(compilation: Compilation, type: GraphQLObjectType, key: string, nodes: Nodes): Selected {
  const { schema, fragments, variables, reader, cursors, onField } = compilation;
  const [node] = nodes;
  if (!node) throw new NotDirect();
  onField();
  const name = node.name.value;
  const subfields = (typeName: string) => {
    const inner = objectType(schema, typeName);
    return { inner, fields: collectSubfields(schema, fragments, variables, inner, nodes) };
  };
  return {
    key,
    name,
    node,
    args: name === '__typename' ? {} : getArgumentValues(visibleField(compilation, type, name), node, variables),
    reader,
    cursors,
    object: (typeName, row) => {
      const { inner, fields } = subfields(typeName);
      const selected = selectedOf(compilation, inner, fields);
      // Under several aliases, a long text would be written several times.
      if (new Set(selected.map((field) => field.name)).size < selected.length) throw new NotDirect();
      return objectJson(selected, (field) => fieldJson(compilation, inner, field, row));
    },
    fields: (typeName) => {
      const { inner, fields } = subfields(typeName);
      return selectedOf(compilation, inner, fields);
    },
  };
}

function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (isObjectType(type)) return type;
  throw new Error(`There is no type ${name}.`);
}

function visibleField({ reader }: Compilation, type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
  const field = type.getFields()[name];
  if (!field || (reader.isContact && field.extensions.hiddenFromContacts)) throw new NotDirect();
  return field;
}

function fieldJson(compilation: Compilation, type: GraphQLObjectType, selected: Selected, row: Row): Json {
  const { name } = selected;
  if (name === '__typename') return [JSON.stringify(type.name)];
  const declared = directField(type.name, name);
  if (declared) return declared(row, selected);
  if (name === 'id' && isIdType(type.name)) return idJson(type.name, row.column('id'));
  const { extensions, type: output } = visibleField(compilation, type, name);
  const { pothosExposedField: column } = extensions;
  if (typeof column !== 'string') throw new NotDirect();
  return columnJson(row.column(column), output);
}
