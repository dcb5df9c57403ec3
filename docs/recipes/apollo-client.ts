import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  type DocumentNode,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createResumingSocket } from './resuming-socket.js';
import type { SocketOptions } from './socket.js';
import { authorizedFetch } from './tokens.js';

export type ApolloOptions = SocketOptions & {
  /** Your operation that loads, with the variables of a subscription, what that follows, together with `eventCursor`. */
  read: DocumentNode;
  /** The file schema/possible-types.json of the server's repository. */
  possibleTypes: Record<string, string[]>;
};

/** Apollo Client whose subscriptions with a variable `after` resume. */
export function createApolloClient({ url, token, read, possibleTypes, webSocketImpl }: ApolloOptions): ApolloClient {
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(createResumingSocket({ url, token, reload, webSocketImpl })),
      new HttpLink({ uri: url, fetch: authorizedFetch(token) }),
    ),
    cache: new InMemoryCache({
      // Without these, `... on Error` matches nothing, and errors lose their fields.
      possibleTypes,
      // Adds a page to those that are there. Select `edges` and `pageInfo`: pages of `nodes` would replace each other.
      typePolicies: {
        Query: { fields: { conversations: relayStylePagination(['filter', 'orderBy']) } },
        Conversation: { fields: { messages: relayStylePagination() } },
      },
    }),
  });

  async function reload(variables: Record<string, unknown>): Promise<string> {
    const query = client.query<{ eventCursor: string }>({ query: read, variables, fetchPolicy: 'network-only' });
    const { data } = await query.catch((reason: unknown) => {
      throw CombinedGraphQLErrors.is(reason) ? reason.errors : reason;
    });
    if (!data) throw new Error('The data could not be loaded.');
    return data.eventCursor;
  }

  return client;
}
