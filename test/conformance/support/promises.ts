import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
} from 'graphql';

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

/** The promises that a schema does not keep. A required argument may have become optional: whoever passes it still can. */
export function unkept(definitions: readonly DefinitionNode[]): string[] {
  const lines = new Set(linesOf(definitions));
  return promised.filter((line) => !lines.has(line) && !lines.has(line.replace(/!\)$/, ')')));
}

const directory = path.join(import.meta.dirname, '../promised');
/** What clients are promised, by `linesOf`. */
export const promised = readdirSync(directory)
  .map((file) => parse(readFileSync(path.join(directory, file), 'utf8')))
  .flatMap(({ definitions }) => linesOf(definitions));
