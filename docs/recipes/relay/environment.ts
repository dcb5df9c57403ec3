import {
  Environment,
  type FetchFunction,
  fetchQuery,
  type GraphQLTaggedNode,
  Network,
  Observable,
  type OperationType,
  type PayloadData,
  RecordSource,
  Store,
  type SubscribeFunction,
} from 'relay-runtime';
import { createRequest } from '../request.js';
import { createResumingSocket } from '../resuming-socket.js';
import type { SocketOptions } from '../socket.js';

export type RelayOptions = SocketOptions & {
  /** Your query that loads, with the variables of a subscription, what that follows, together with `eventCursor`. */
  read: GraphQLTaggedNode;
};

type Read = OperationType & { response: { eventCursor: string } };

/** A Relay environment; subscriptions with a variable `after` resume. */
export function createRelayEnvironment({ url, token, read, webSocketImpl }: RelayOptions): Environment {
  const request = createRequest(url, token);
  const socket = createResumingSocket({ url, token, reload, webSocketImpl });

  // What is in `errors` rejects, so that Relay never sees data with holes.
  const fetchResult: FetchFunction = async ({ text }, variables) => ({
    data: await request<PayloadData>(text ?? '', variables),
  });

  const subscribe: SubscribeFunction = ({ text }, variables) =>
    Observable.create((sink) =>
      socket.subscribe({ query: text ?? '', variables }, { ...sink, next: ({ data }) => data && sink.next({ data }) }),
    );

  const environment = new Environment({
    network: Network.create(fetchResult, subscribe),
    store: new Store(new RecordSource()),
  });

  async function reload(variables: Record<string, unknown>): Promise<string> {
    const loaded = await fetchQuery<Read>(environment, read, variables, { fetchPolicy: 'network-only' }).toPromise();
    if (!loaded) throw new Error('The data could not be loaded.');
    return loaded.eventCursor;
  }

  return environment;
}
