import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { IntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { resuming } from './resuming-socket.js';

export type UrqlOptions = {
  /** For example https://parley.example.com/graphql. */
  url: string;
  /** Returns an API key, or a session token that is still valid. Asked for every request and connection. */
  token: () => string | Promise<string>;
  /** Your operation that loads your data together with `eventCursor`. */
  read: string;
  /** The result of introspecting the schema, from which the cache learns the types of each interface and union. */
  introspection: IntrospectionQuery;
  /** Needed without a global WebSocket, as in Node.js 20: pass the one of the package ws. */
  webSocketImpl?: unknown;
};

/** The types that have no id. The cache keeps them with what holds them. */
const withoutId = [
  'AssigneeCount',
  'Assignment',
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
  const connectionParams = async () => ({ Authorization: `Bearer ${await token()}` });
  const options = { url: url.replace(/^http/, 'ws'), connectionParams, reload, webSocketImpl };
  const socket = resuming(createClient({ ...options, retryAttempts: Infinity, shouldRetry: () => true }), options);
  const client = new Client({
    url,
    preferGetMethod: false,
    // Not by `fetchOptions`, which cannot wait for a token.
    fetch: async (input, init) =>
      fetch(input, { ...init, headers: { ...init?.headers, ...(await connectionParams()) } }),
    exchanges: [
      cacheExchange({
        schema: introspection,
        keys: Object.fromEntries(withoutId.map((type) => [type, () => null])),
        // Adds a page to those before it; select `edges` and `pageInfo`.
        resolvers: { Query: { conversations: relayPagination() }, Conversation: { messages: relayPagination() } },
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

  async function reload(): Promise<string> {
    const { data, error } = await client.query(read, {}, { requestPolicy: 'network-only' });
    if (error) throw error;
    return data.eventCursor;
  }

  return client;
}
