import {
  buildClientSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  type IntrospectionQuery,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { TestWorkspace } from './parley.js';

/** A field of Query or Mutation, and a document that passes all its arguments as variables of their names. */
export type RootField = {
  kind: 'query' | 'mutation';
  name: string;
  args: readonly GraphQLArgument[];
  document: string;
};

/** The schema as a client sees it. */
export async function introspect({ post }: Pick<TestWorkspace, 'post'>): Promise<GraphQLSchema> {
  const { body } = await post<IntrospectionQuery>(getIntrospectionQuery());
  if (!body.data) throw new Error(JSON.stringify(body.errors));
  return buildClientSchema(body.data);
}

/** All root fields, each with a selection of up to `depth` levels below it. */
export function rootFieldsOf(schema: GraphQLSchema, depth = 2): RootField[] {
  const kinds = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  return kinds.flatMap(([kind, root]) =>
    Object.values(root?.getFields() ?? {}).map((field) => ({
      kind,
      name: field.name,
      args: field.args,
      document: documentOf(schema, kind, field, depth),
    })),
  );
}

function documentOf(
  schema: GraphQLSchema,
  kind: string,
  { name, args, type }: GraphQLField<unknown, unknown>,
  depth: number,
): string {
  const parameters = args.map((arg) => `$${arg.name}: ${arg.type}`).join(' ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(' ');
  const selection = selectionOf(schema, getNamedType(type), depth);
  return `${kind} ${parameters && `(${parameters})`} { ${name} ${passed && `(${passed})`} ${selection} }`;
}

/**
 * Subscriptions to the whole log, each of which selects what lies up to `depth` levels below events of one type, and of
 * the others their type: all together would be more than one operation may ask for.
 */
export function eventSubscriptions(schema: GraphQLSchema, depth: number): string[] {
  const event = schema.getType('ConversationEvent');
  if (!isInterfaceType(event)) throw new Error('There are no events.');
  return schema.getPossibleTypes(event).map((member) => {
    const selection = `type ... on ${member.name} { ${fieldsOf(schema, member, depth)} }`;
    return `subscription ($after: String) { events(after: $after) { ${selection} } }`;
  });
}

function selectionOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string {
  if (isLeafType(type)) return '';
  if (isAbstractType(type)) {
    const members = schema.getPossibleTypes(type).map((member) => {
      const fields = fieldsOf(schema, member, depth);
      return fields && `... on ${member.name} { ${fields} }`;
    });
    // All members' fields at the bottom would be more than one operation may ask for.
    return isInterfaceType(type) && depth === 0 ? interfaceFields(type) : `{ __typename ${members.join(' ')} }`;
  }
  return `{ __typename ${fieldsOf(schema, type, depth)} }`;
}

function interfaceFields(type: GraphQLInterfaceType): string {
  const fields = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
  return `{ __typename ${fields.map(({ name }) => name).join(' ')} }`;
}

/** The fields of a type; aliased by it, because members of a union may have fields of one name and different types. */
function fieldsOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string {
  if (!isObjectType(type)) return '';
  const fields = type.getFields();
  return Object.values(fields)
    .filter(({ name }) => depth === 0 || name !== 'edges' || !fields.nodes)
    .filter((field) => !field.args.some(isRequiredArgument))
    .filter((field) => depth > 0 || isLeafType(getNamedType(field.type)))
    .map((field) => {
      const inner = selectionOf(schema, getNamedType(field.type), depth - 1);
      return `${type.name}_${field.name}: ${field.name} ${inner}`;
    })
    .join(' ');
}

/** A value for a type that is neither a list, an enum nor an input object; `name` is that of its field or argument. */
export type Leaf = (typeName: string, name: string) => unknown;

/** The smallest value that GraphQL itself accepts for a field or argument. */
export function smallestInput(type: GraphQLInputType, name: string, leaf: Leaf): unknown {
  if (isNonNullType(type)) return smallestInput(type.ofType, name, leaf);
  if (isListType(type)) return [smallestInput(type.ofType, name, leaf)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return leaf(type.name, name);
  const required = Object.values(type.getFields()).filter(isRequiredInputField);
  return Object.fromEntries(required.map((field) => [field.name, smallestInput(field.type, field.name, leaf)]));
}

/** The smallest variables that a document of `rootFieldsOf` runs with. */
export function smallestVariables({ args }: RootField, leaf: Leaf): Record<string, unknown> {
  return Object.fromEntries(
    args.filter(isRequiredArgument).map(({ name, type }) => [name, smallestInput(type, name, leaf)]),
  );
}
