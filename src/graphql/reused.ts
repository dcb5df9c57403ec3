import { defaultFieldResolver, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import type { Context } from './core/context.js';

/** Lets the root fields of queries and events return what a first execution of the operation has got from them. */
export function reused(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getSubscriptionType()]) if (type) reuse(type);
  return schema;
}

function reuse(type: GraphQLObjectType<unknown, Context>): void {
  for (const field of Object.values(type.getFields())) {
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (root, args, context, info) => {
      const { key } = info.path;
      const known = typeof key === 'string' && context.rootValues?.has(key);
      return known ? context.rootValues?.get(key) : resolve(root, args, context, info);
    };
  }
}
