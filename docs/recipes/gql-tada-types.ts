import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';

/** The text of `graphql-env.d.ts`, which has the types of the schema, from the text of schema/schema.graphql. */
export function graphqlEnv(schema: string): string {
  const introspection = minifyIntrospection(introspectionFromSchema(buildSchema(schema)));
  return outputIntrospectionFile(introspection, { fileType: '.d.ts', shouldPreprocess: true });
}
