import { ApolloClient, ApolloLink, type DocumentNode, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { resuming } from './resuming-socket.js';

export type ApolloOptions = {
  /** For example https://parley.example.com/graphql. */
  url: string;
  /** Returns an API key, or a session token that is still valid. Asked for every request and connection. */
  token: () => string | Promise<string>;
  /** Your operation that loads your data together with `eventCursor`. */
  read: DocumentNode;
  /** The file schema/possible-types.json of the server's repository. */
  possibleTypes: Record<string, string[]>;
  /** Needed without a global WebSocket, as in Node.js 20: pass the one of the package ws. */
  webSocketImpl?: unknown;
};

/** Apollo Client whose subscriptions with a variable `after` resume. */
export function createApolloClient({ url, token, read, possibleTypes, webSocketImpl }: ApolloOptions): ApolloClient {
  const connectionParams = async () => ({ Authorization: `Bearer ${await token()}` });
  const options = { url: url.replace(/^http/, 'ws'), connectionParams, reload, webSocketImpl };
  const socket = resuming(createClient({ ...options, retryAttempts: Infinity, shouldRetry: () => true }), options);
  const withToken = new SetContextLink(async () => ({ headers: await connectionParams() }));
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      withToken.concat(new HttpLink({ uri: url })),
    ),
    cache: new InMemoryCache({
      // Without these, `... on Error` matches nothing, and errors lose their fields.
      possibleTypes,
      // Adds a page to those before it. Select `edges` and `pageInfo`: pages of `nodes` would replace each other.
      typePolicies: {
        Query: { fields: { conversations: relayStylePagination(['filter', 'orderBy']) } },
        Conversation: { fields: { messages: relayStylePagination() } },
      },
    }),
  });

  async function reload(): Promise<string> {
    const { data } = await client.query<{ eventCursor: string }>({ query: read, fetchPolicy: 'network-only' });
    if (!data) throw new Error('The data could not be loaded.');
    return data.eventCursor;
  }

  return client;
}
