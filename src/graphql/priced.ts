import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { assumedRows, rowWeight } from './core/complexity.js';
import { LOADS } from './core/statements.js';

/** What reading a row of these types costs, wherever a field leads to one. A node may be any of them. */
const weights: Readonly<Record<string, number>> = {
  Message: rowWeight.message,
  Node: rowWeight.message,
  WebhookDelivery: rowWeight.delivery,
  Conversation: rowWeight.withMetadata,
  Contact: rowWeight.withMetadata,
  Prospect: rowWeight.withMetadata,
};

/** What holds rows that its parent has read, and has a price for. */
const HOLDS_ROWS = /(^Mutation|Edge|Connection|Payload)$/;

/**
 * Prices every field that leads to another row: by what reading it costs, and as one that takes a statement. Pages and
 * lists that are bounded have prices of their own.
 */
export function priced(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(isObjectType(type) || isInterfaceType(type)) || HOLDS_ROWS.test(type.name)) continue;
    for (const field of Object.values(type.getFields())) if (loads(field)) price(field);
  }
  return schema;
}

function loads({ type, extensions: { complexity, perViewer } }: GraphQLField<unknown, unknown>): boolean {
  const hasOwnPrice =
    typeof complexity === 'function' || (Object(complexity).multiplier ?? assumedRows) !== assumedRows;
  return perViewer === true || (isRow(getNamedType(type)) && !hasOwnPrice);
}

function isRow(type: GraphQLNamedType): boolean {
  if (isUnionType(type)) return type.getTypes().every(isRow);
  return (isObjectType(type) || isInterfaceType(type)) && 'id' in type.getFields();
}

function price(field: GraphQLField<unknown, unknown>): void {
  const { complexity } = field.extensions;
  const weight = weights[getNamedType(field.type).name] ?? 0;
  const atLeast = typeof complexity === 'number' ? Math.max(complexity, weight) : complexity;
  field.extensions = { ...field.extensions, complexity: atLeast, [LOADS]: true };
}
