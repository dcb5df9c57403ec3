import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type DefinitionNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  Kind,
  parse,
  print,
  printSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startParley, type TestServer } from '../support/parley.js';
import { introspect } from '../support/root-fields.js';

let parley: TestServer;
let schema: GraphQLSchema;
beforeAll(async () => {
  parley = await startParley();
  schema = await introspect(await parley.newWorkspace());
});
afterAll(() => parley.stop());

/** One line for each thing that a document defines, such as `Query.node(id): ID!`. */
function linesOf(definitions: readonly DefinitionNode[]): string[] {
  return definitions.flatMap((node) => {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const interfaces = node.interfaces?.map((each) => `${node.name.value} implements ${each.name.value}`) ?? [];
        return [...interfaces, ...(node.fields?.flatMap((field) => fieldLines(node.name.value, field)) ?? [])];
      }
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return node.fields?.map((field) => `${node.name.value}.${valueLine(field)}`) ?? [];
      case Kind.ENUM_TYPE_DEFINITION:
        return node.values?.map((value) => `${node.name.value}.${value.name.value}`) ?? [];
      case Kind.UNION_TYPE_DEFINITION:
        return node.types?.map((type) => `${node.name.value} = ${type.name.value}`) ?? [];
      case Kind.SCALAR_TYPE_DEFINITION:
        return [`scalar ${node.name.value}`];
      default:
        return [];
    }
  });
}

function fieldLines(typeName: string, { name, type, arguments: args = [] }: FieldDefinitionNode): string[] {
  const field = `${typeName}.${name.value}`;
  return [`${field}: ${print(type)}`, ...args.map((arg) => `${field}(${valueLine(arg)})`)];
}

function valueLine({ name, type, defaultValue }: InputValueDefinitionNode): string {
  return `${name.value}: ${print(type)}${defaultValue ? ` = ${print(defaultValue)}` : ''}`;
}

const directory = path.join(import.meta.dirname, 'promised');
const promised = readdirSync(directory)
  .map((file) => parse(readFileSync(path.join(directory, file), 'utf8')))
  .flatMap(({ definitions }) => linesOf(definitions));

describe('the schema', () => {
  it('has all that clients are promised, by name, argument, default and nullability', () => {
    const served = new Set(linesOf(parse(printSchema(schema)).definitions));
    expect(promised.length).toBeGreaterThan(400);
    expect(promised.filter((line) => !served.has(line))).toEqual([]);
  });

  it('requires no more than is promised', () => {
    const required = Object.values(schema.getTypeMap()).flatMap(requiredLines);
    const isPromised = (owner: string) => promised.some((line) => line.startsWith(owner));
    const added = required.filter(({ owner, line }) => isPromised(owner) && !promised.includes(line));
    expect(added).toEqual([]);
    expect(required.length).toBeGreaterThan(50);
  });

  it('answers every mutation with a union of its payload and the failures of every mutation', () => {
    for (const { name, type, args } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const Name = name.charAt(0).toUpperCase() + name.slice(1);
      expect(String(type)).toBe(`${Name}Result!`);
      expect(args.map((arg) => `${arg.name}: ${arg.type}`)).toEqual([`input: ${Name}Input!`]);
      const union = schema.getType(`${Name}Result`);
      const members = isUnionType(union) ? union.getTypes().map((member) => member.name) : [];
      expect(members).toEqual(
        expect.arrayContaining([
          `${Name}Payload`,
          'ValidationError',
          'NotFoundError',
          'ForbiddenError',
          'ConflictError',
        ]),
      );
    }
  });

  it('describes every type, field, argument, value and input', () => {
    const described = Object.values(schema.getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) => [[type.name, type.description] as const, ...membersOf(type)]);
    expect(described.length).toBeGreaterThan(700);
    expect(described.filter(([, description]) => !description?.trim()).map(([name]) => name)).toEqual([]);
  });
});

/** What a caller must give: required fields of inputs, and required arguments. */
function requiredLines(type: NamedType): { owner: string; line: string }[] {
  if (isInputObjectType(type)) {
    const owner = `${type.name}.`;
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return fields.map((field) => ({ owner, line: `${owner}${field.name}: ${field.type}` }));
  }
  if (!isObjectType(type) || type.name.startsWith('__')) return [];
  return Object.values(type.getFields()).flatMap(({ name, args }) => {
    const field = `${type.name}.${name}`;
    return args
      .filter(isRequiredArgument)
      .map((arg) => ({ owner: `${field}:`, line: `${field}(${arg.name}: ${arg.type})` }));
  });
}

type NamedType = ReturnType<GraphQLSchema['getTypeMap']>[string];
type Described = readonly [name: string, description: string | null | undefined];

function membersOf(type: NamedType): Described[] {
  if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value.description]);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field.description]);
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    [`${type.name}.${field.name}`, field.description] as const,
    ...field.args.map((arg) => [`${type.name}.${field.name}(${arg.name})`, arg.description] as const),
  ]);
}
