import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { ForbiddenError } from '../lib/errors.js';
import { seenByContacts, seenOfEvents, seenOfOtherContacts, standIns } from './contact-fields.js';
import type { Context } from './core/context.js';
import { emptyPage } from './core/paging.js';

const STRUCTURAL = /(Connection|Edge|ChangePage|Payload|Error)$|^(PageInfo|ValidationIssue|Mutation|Subscription)$/;

/** Whether a type has no data of its own, such as a page; the types that it leads to do. */
export function isStructural({ name }: GraphQLObjectType): boolean {
  return name.startsWith('__') || STRUCTURAL.test(name);
}

/** Whether a contact sees a field of a type. */
export function isSeenByContacts(type: GraphQLObjectType, fieldName: string): boolean {
  if (isStructural(type)) return true;
  const seen = seenByContacts[type.name];
  const isEvent = type.getInterfaces().some(({ name }) => name === 'ConversationEvent');
  return Boolean(seen?.includes(fieldName) || (seen && isEvent && seenOfEvents.includes(fieldName)));
}

/** What a hidden field returns; undefined if it can only refuse. */
export function standInFor(
  typeName: string,
  { name, type }: Pick<GraphQLField<unknown, unknown>, 'name' | 'type'>,
): unknown {
  const standIn = standIns[`${typeName}.${name}`];
  return standIn === undefined ? emptyOf(type) : standIn;
}

function emptyOf(type: GraphQLOutputType): unknown {
  if (!isNonNullType(type)) return null;
  if (isListType(type.ofType)) return [];
  const { name } = getNamedType(type);
  if (name.endsWith('Connection')) return emptyPage;
  return name === 'JSONObject' ? {} : undefined;
}

/**
 * Hides fields from contacts. Because fields are hidden in their resolvers, it does not matter how a row was reached.
 * For all other callers nothing changes.
 */
export function hideFromContacts(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!isSeenByContacts(type, field.name)) hide(type.name, field, () => true);
      else if (type.name === 'Contact' && !seenOfOtherContacts.includes(field.name)) hide(type.name, field, isOther);
    }
  }
  return schema;
}

function isOther(row: { id: string }, { viewer }: Context): boolean {
  return row.id !== viewer.actor.id;
}

function hide<Row>(
  typeName: string,
  field: GraphQLField<Row, Context>,
  hides: (row: Row, context: Context) => boolean,
) {
  const { resolve = defaultFieldResolver } = field;
  const standIn = standInFor(typeName, field);
  field.extensions = { ...field.extensions, hiddenFromContacts: true };
  field.resolve = (row, args, context, info) => {
    if (context.viewer.kind !== 'CONTACT' || !hides(row, context)) return resolve(row, args, context, info);
    if (standIn === undefined) throw new ForbiddenError(`Contacts may not see ${typeName}.${field.name}.`);
    return standIn;
  };
}
