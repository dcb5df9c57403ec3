import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { IdType } from '../../../../src/lib/ids.js';
import type { Random } from '../../../support/seeded-random.js';

/** Ids that documents can look up, by type. */
export type IdPool = Map<IdType, readonly string[]>;

type Generator = {
  schema: GraphQLSchema;
  random: Random;
  ids: IdPool;
  /** Which fields to select from. Default: all. */
  offers?: (type: string, field: GraphQLField<unknown, unknown>) => boolean;
  /** Gives an argument, undefined to leave that to the generator. */
  argue?: (argument: GraphQLArgument, field: string) => string | null | undefined;
  /** Since when changes are asked for; without it they are not. */
  cursor?: string;
};

/** Takes a client key, of which there is none. */
const LEFT_OUT = ['conversationByExternalId', 'latestOpenConversation'];

const lookups: Record<string, IdType> = {
  conversation: 'Conversation',
  message: 'Message',
  contact: 'Contact',
  prospect: 'Prospect',
};

const SIZES = [1, 2, 5, 10, 20, 50];

/**
 * A random query over the whole schema: up to three root fields with what is up to six levels below them. Every row is
 * selected with its `id`, and every other field under an alias that begins with its type, so that all of them merge.
 */
export function randomDocument({ schema, random, ids, cursor, offers = () => true, argue }: Generator): string {
  const one = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const some = <Item>(items: readonly Item[], most: number): Item[] => {
    const chosen = new Set<Item>();
    for (let count = 1 + Math.floor(random() * most); count > 0; count -= 1) {
      const item = one(items);
      if (item !== undefined) chosen.add(item);
    }
    return [...chosen];
  };
  const idOf = (type: IdType) => JSON.stringify(one(ids.get(type) ?? []) ?? '');
  const anyId = () => idOf(one([...ids.keys()]) ?? 'Conversation');

  function argument(given: GraphQLArgument, field: string): string | null {
    const argued = argue?.(given, field);
    if (argued !== undefined) return argued;
    const { name } = given;
    if (name === 'id') return `id: ${field === 'node' ? anyId() : idOf(lookups[field] ?? 'Conversation')}`;
    if (name === 'ids') return `ids: [${Array.from({ length: one(SIZES) ?? 1 }, anyId).join(' ')}]`;
    if (name === 'after' && cursor !== undefined && isRequiredArgument(given))
      return `after: ${JSON.stringify(cursor)}`;
    if (name === 'first') return random() < 0.7 ? `first: ${one(SIZES)}` : null;
    if (name === 'includeLeft') return random() < 0.5 ? 'includeLeft: true' : null;
    if (name === 'search') return random() < 0.2 ? 'search: "an"' : null;
    return null;
  }

  function selection(type: GraphQLNamedType, depth: number): string {
    if (isLeafType(type)) return '';
    if (isAbstractType(type)) {
      const own = isInterfaceType(type) ? fieldsOf(type.getFields(), type.name, depth) : [];
      const members = isInterfaceType(type) ? some(schema.getPossibleTypes(type), 2) : schema.getPossibleTypes(type);
      return `{ ${[...own, ...members.map((member) => `... on ${member.name} ${selection(member, depth)}`)].join(' ')} }`;
    }
    return isObjectType(type) ? `{ ${fieldsOf(type.getFields(), type.name, depth).join(' ')} }` : '';
  }

  function fieldsOf(fields: Record<string, GraphQLField<unknown, unknown>>, type: string, depth: number): string[] {
    const all = Object.values(fields).filter((field) => field.name !== 'id' && offers(type, field));
    const possible = all.filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
    const wrapped = all.find(({ name }) => name === 'nodes' || name === 'node');
    const chosen = wrapped && depth > 0 ? new Set([wrapped, ...some(possible, 1)]) : some(possible, 5);
    return [
      ...('id' in fields ? ['id'] : []),
      ...[...chosen].map((field) => `${type}_${field.name}: ${fieldText(field, depth)}`),
    ];
  }

  function fieldText({ name, args, type }: GraphQLField<unknown, unknown>, depth: number): string {
    const given = args.map((arg) => argument(arg, name)).filter((text) => text !== null);
    return `${name}${given.length > 0 ? `(${given.join(' ')})` : ''} ${selection(getNamedType(type), depth - 1)}`;
  }

  const needsCursor = ({ args }: GraphQLField<unknown, unknown>) =>
    args.some((arg) => arg.name === 'after' && isRequiredArgument(arg));
  const roots = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
    (field) =>
      !LEFT_OUT.includes(field.name) && offers('Query', field) && (cursor !== undefined || !needsCursor(field)),
  );
  const depth = 1 + Math.floor(random() * 6);
  return `{ ${some(roots, 3)
    .map((field) => `Query_${field.name}: ${fieldText(field, depth)}`)
    .join(' ')} }`;
}
