import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { assumedRows, rowWeight, STATEMENT } from './core/complexity.js';
import { COUNTING, ONCE } from './core/cost-once.js';

/** What reading a row of these types costs, wherever a field leads to one. A node may be any of them. */
const weights: Readonly<Record<string, number>> = {
  Message: rowWeight.message,
  Node: rowWeight.message,
  WebhookDelivery: rowWeight.delivery,
  Conversation: rowWeight.withMetadata,
  Contact: rowWeight.withMetadata,
  Prospect: rowWeight.withMetadata,
};

/** What counting all of these costs: as much as a workspace of 20 000 conversations takes. */
const countings: Readonly<Record<string, number>> = {
  MessageConnection: 20_000,
  ConversationEventConnection: 20_000,
  ConversationConnection: 2_000,
  ContactConnection: 2_000,
  ProspectConnection: 2_000,
};

/** What holds rows that its parent has read, and has a price for. */
const HOLDS_ROWS = /(^Mutation|Edge|Connection|Payload)$/;

/**
 * Prices every field that leads to other rows: by what reading one costs, and as one that takes a statement. Pages and
 * lists that are bounded have prices of their own for their rows. Lists of the whole workspace have one for counting.
 */
export function priced(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(isObjectType(type) || isInterfaceType(type)) || HOLDS_ROWS.test(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      if (loads(field)) price(field);
      else if (isPage(field)) field.extensions = { ...field.extensions, [ONCE]: STATEMENT };
    }
  }
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    field.extensions = { ...field.extensions, [COUNTING]: countings[getNamedType(field.type).name] };
  }
  return schema;
}

function isPage({ extensions: { complexity } }: GraphQLField<unknown, unknown>): boolean {
  return typeof complexity === 'function';
}

function loads(field: GraphQLField<unknown, unknown>): boolean {
  const { type, extensions } = field;
  const { complexity, perViewer } = extensions;
  const hasOwnPrice = isPage(field) || (Object(complexity).multiplier ?? assumedRows) !== assumedRows;
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
  field.extensions = { ...field.extensions, complexity: atLeast, [ONCE]: STATEMENT };
}
