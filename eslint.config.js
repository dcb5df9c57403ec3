// npm run check: what the GraphQL schema and the shared operations look like. TypeScript is linted by Biome.
import graphql from '@graphql-eslint/eslint-plugin';

const { configs, parser } = graphql;

const linted = {
  plugins: { '@graphql-eslint': graphql },
  languageOptions: {
    parser,
    parserOptions: {
      graphQLConfig: {
        schema: 'schema/schema.graphql',
        documents: [
          'schema/operations/*.graphql',
          'client/operations/*.graphql',
          'examples/inbox/operations/*.graphql',
        ],
      },
    },
  },
};

export default [
  {
    ...linted,
    files: ['schema/schema.graphql'],
    rules: {
      ...configs['flat/schema-recommended'].rules,
      ...configs['flat/schema-relay'].rules,

      // Stricter than recommended: the schema is the documentation that GraphiQL shows, so nothing in it is silent.
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          DirectiveDefinition: true,
          EnumValueDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
        },
      ],

      // What can be asked for by itself has an id, which clients put into their caches. These cannot:
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          exceptions: {
            suffixes: [
              // Pages of other things, as Relay defines them; they change with the arguments.
              'Connection',
              'Edge',
              // Answers of one mutation; what they hold has ids of its own.
              'Payload',
              'Error',
            ],
            types: [
              // Values of the thing that holds them.
              'Assignment',
              'AuditChange',
              'Closure',
              'ContactAlias',
              'FieldChange',
              'FlowPosition',
              'MessageTransportStatus',
              'Reopening',
              'Transfer',
              'ValidationIssue',
              // Its id is one of another system, unique only with its provider.
              'ExternalReference',
              // Counts, computed when they are asked for.
              'AssigneeCount',
              'ConversationCounts',
              'RateLimit',
              // Relay's, and without an id there.
              'PageInfo',
              // What became of something that has an id, and pages of that: applied, and not kept.
              'ChangePage',
              'ConversationChangePage',
              'ConversationRemoval',
              'ConversationUpsert',
              'NodeRemoval',
              'NodeUpsert',
              // Never stored.
              'TypingSignal',
              // Whoever shows the key: there is one, and its parts have ids.
              'Viewer',
            ],
          },
        },
      ],

      // Relay asks for arguments in one direction at least, the rule by default for both; `Query.events` is a log,
      // which is read forwards only.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],

      // Connections offer `nodes` beside `edges`, as GitHub's do, and lists that are short by a rule, such as tags and
      // scopes, need no pages. Names of edges and their nodes are checked as by default.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
    },
  },
  {
    ...linted,
    files: ['schema/operations/*.graphql', 'client/operations/*.graphql', 'examples/inbox/operations/*.graphql'],
    rules: {
      ...configs['flat/operations-recommended'].rules,

      // One more than recommended: a list within a list, each by its `edges`, and then the author of a message.
      '@graphql-eslint/selection-set-depth': ['error', { maxDepth: 8 }],
    },
  },
];
