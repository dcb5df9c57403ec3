import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** A step from a type to one of its fields, and maybe to an argument of that field: `Query.prospects(first:)`. */
const STEP = /^(\w+)(?:\((\w+):\))?$/;

type Step = { owner: GraphQLNamedType; name: string; argument: string | undefined; type: GraphQLNamedType };

/** The steps of a path such as `Conversation.owner.id`; null where one of them is not in the schema. */
export function stepsOf(schema: GraphQLSchema, path: string): Step[] | null {
  const [typeName = '', ...names] = path.split('.');
  let owner = schema.getType(typeName);
  const steps: Step[] = [];
  for (const step of names) {
    const [, name = '', argument] = STEP.exec(step) ?? [];
    const type = owner && fieldType(schema, owner, name, argument);
    if (!owner || !type) return null;
    steps.push({ owner, name, argument, type });
    owner = type;
  }
  return owner ? steps : null;
}

function fieldType(
  schema: GraphQLSchema,
  owner: GraphQLNamedType,
  name: string,
  argument: string | undefined,
): GraphQLNamedType | undefined {
  if (isEnumType(owner)) return owner.getValue(name) ? owner : undefined;
  if (isInputObjectType(owner)) {
    const field = owner.getFields()[name];
    return field && getNamedType(field.type);
  }
  if (isObjectType(owner) || isInterfaceType(owner)) {
    const field = owner.getFields()[name];
    const known = field && (argument === undefined || field.args.some((arg) => arg.name === argument));
    return known ? getNamedType(field.type) : undefined;
  }
  if (!isAbstractType(owner)) return undefined;
  return schema
    .getPossibleTypes(owner)
    .map((member) => fieldType(schema, member, name, argument))
    .find((type) => type !== undefined);
}

/** What documents select and pass, as `Type.field` and `Type.field(argument:)`. */
export function selectedBy(schema: GraphQLSchema, documents: DocumentNode[]): Set<string> {
  const selected = new Set<string>();
  for (const document of documents) {
    const info = new TypeInfo(schema);
    visit(
      document,
      visitWithTypeInfo(info, {
        Field: ({ name, arguments: passed = [] }) => {
          const field = `${info.getParentType()?.name}.${name.value}`;
          selected.add(field);
          for (const argument of passed) selected.add(`${field}(${argument.name.value}:)`);
        },
      }),
    );
  }
  return selected;
}

/** Whether a step is one of input, or is selected of its type or of an interface of it. */
export function isSelected(selected: Set<string>, { owner, name, argument }: Step): boolean {
  if (!isObjectType(owner) && !isInterfaceType(owner)) return true;
  const field = argument === undefined ? name : `${name}(${argument}:)`;
  return [owner, ...owner.getInterfaces()].some((type) => selected.has(`${type.name}.${field}`));
}
