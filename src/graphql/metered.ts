import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { Context } from './core/context.js';

/** Quotes, colon and comma of a field in JSON, and a short value such as a number, an id or a time. */
const FIELD_BYTES = 6;
const SHORT_VALUE_BYTES = 30;

/** Scalars whose values can be long. */
const LONG = ['String', 'JSON', 'JSONObject'];

/**
 * Lets every field of the schema draw on the operation's budget: one field, the bytes of its key, and those of its
 * value as JSON, before they are put together. Values are shared between aliases until then, so that only counting them
 * here keeps a small request from becoming an answer that fills the memory.
 */
export function metered(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) meter(field);
  }
  return schema;
}

function meter(field: GraphQLField<unknown, Context>): void {
  const { resolve = defaultFieldResolver } = field;
  const type = getNamedType(field.type);
  const isLong = LONG.includes(type.name);
  const ownBytes = FIELD_BYTES + (isLeafType(type) && !isLong ? SHORT_VALUE_BYTES : 0);
  field.resolve = (parent, args, context, info) => {
    const { budget } = context;
    const { key } = info.path;
    const bytes = ownBytes + (typeof key === 'string' ? key.length : 0);
    if (!isLong) {
      budget.take(bytes);
      return resolve(parent, args, context, info);
    }
    const value: unknown = resolve(parent, args, context, info);
    if (value instanceof Promise) {
      return value.then((settled: unknown) => {
        budget.take(bytes + weightOf(settled));
        return settled;
      });
    }
    budget.take(bytes + weightOf(value));
    return value;
  };
}

/** Roughly the bytes of a value as JSON. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value === null || typeof value !== 'object') return SHORT_VALUE_BYTES;
  return Buffer.byteLength(JSON.stringify(value));
}
