/** codegen.ts for GraphQL Code Generator, with its package @graphql-codegen/client-preset. */
const config = {
  schema: 'schema/schema.graphql',
  // These are some to start from; add yours.
  documents: ['schema/operations/*.graphql'],
  generates: { 'src/generated/': { preset: 'client' } },
  config: {
    scalars: { ID: 'string', DateTime: 'string', JSON: 'unknown', JSONObject: 'Record<string, unknown>' },
    // A scalar without a type above is an error, not `any`.
    strictScalars: true,
  },
};

export default config;
