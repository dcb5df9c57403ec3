import { readdirSync, readFileSync } from 'node:fs';
import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
  parse,
  printSchema,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { useParley } from '../support/fixtures.js';
import { introspect } from '../support/root-fields.js';
import { promised, unkept } from './support/promises.js';

let schema: GraphQLSchema;
const parley = useParley();
beforeAll(async () => {
  schema = await introspect(await parley.newWorkspace());
});

describe('the schema', () => {
  it('has everything that clients are promised, by name, argument, default and nullability', () => {
    expect(promised.length).toBeGreaterThan(400);
    expect(unkept(parse(printSchema(schema)).definitions)).toEqual([]);
  });

  it('requires no more than is promised', () => {
    const required = Object.values(schema.getTypeMap()).flatMap(requiredLines);
    const isPromised = (owner: string) => promised.some((line) => line.startsWith(owner));
    const added = required.filter(({ owner, line }) => isPromised(owner) && !promised.includes(line));
    expect(added).toEqual([]);
    expect(required.length).toBeGreaterThan(50);
  });

  it('returns from every mutation a union of its payload and the common errors', () => {
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

  it('takes each limit of length or size from the rule that holds it, never typed by hand', () => {
    const sources = readdirSync('src/graphql', { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
    const typed = sources.filter((file) =>
      /\bat most [\d,]+ (characters|KB)/i.test(readFileSync(`src/graphql/${file}`, 'utf8')),
    );
    expect(typed).toEqual([]);
    expect(sources.length).toBeGreaterThan(50);
    expect(printSchema(schema)).toContain('At most 500 characters.');
  });

  it('describes every type, field, argument, value, input and directive', () => {
    const described = Object.values(schema.getTypeMap())
      .filter(({ name }) => !name.startsWith('__'))
      .flatMap((type) => [[type.name, type.description] as const, ...membersOf(type)]);
    const directives = schema
      .getDirectives()
      .flatMap(({ name, description, args }) => [
        [`@${name}`, description] as const,
        ...args.map((arg) => [`@${name}(${arg.name})`, arg.description] as const),
      ]);
    expect(described.length).toBeGreaterThan(700);
    expect(
      [...described, ...directives].filter(([, description]) => !description?.trim()).map(([name]) => name),
    ).toEqual([]);
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
