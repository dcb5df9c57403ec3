import { Client, type DocumentInput, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { IntrospectionQuery } from 'graphql';
import { createResumingSocket } from './resuming-socket.js';
import type { SocketOptions } from './socket.js';
import { authorizedFetch } from './tokens.js';
import { optimistic, updates } from './urql-thread.js';

export type UrqlOptions = SocketOptions & {
  /** Your operation that loads, with the variables of a subscription, what that follows, together with `eventCursor`. */
  read: DocumentInput;
  /** The result of introspecting the schema, from which the cache learns the types of each interface and union. */
  introspection: IntrospectionQuery;
};

/** The types that have no id. The cache keeps them with what holds them. */
const withoutId = [
  'AssigneeCount',
  'Assignment',
  'AuditChange',
  'ChangePage',
  'Closure',
  'ContactAlias',
  'ConversationChangePage',
  'ConversationCounts',
  'ConversationRemoval',
  'ConversationUpsert',
  'ExternalReference',
  'FieldChange',
  'FlowPosition',
  'MessageTransportStatus',
  'NodeRemoval',
  'NodeUpsert',
  'RateLimit',
  'Reopening',
  'Transfer',
  'TypingSignal',
  'ValidationIssue',
  'Viewer',
];

/** urql with its normalized cache; subscriptions with a variable `after` resume. */
export function createUrqlClient({ url, token, read, introspection, webSocketImpl }: UrqlOptions): Client {
  const socket = createResumingSocket({ url, token, reload, webSocketImpl });
  const client = new Client({
    url,
    preferGetMethod: false,
    fetch: authorizedFetch(token),
    exchanges: [
      cacheExchange({
        schema: introspection,
        keys: Object.fromEntries(withoutId.map((type) => [type, () => null])),
        // Adds a page to those that are there; select `edges` and `pageInfo`.
        resolvers: {
          Query: { conversations: relayPagination() },
          Conversation: { messages: relayPagination({ mergeMode: 'outwards' }) },
        },
        optimistic,
        updates,
      }),
      fetchExchange,
      // Without it, urql would ask for subscriptions over HTTP.
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });

  async function reload(variables: Record<string, unknown>): Promise<string> {
    const { data, error } = await client.query(read, variables, { requestPolicy: 'network-only' });
    if (!data) throw error?.networkError ?? error?.graphQLErrors;
    return data.eventCursor;
  }

  return client;
}
