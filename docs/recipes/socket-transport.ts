import { RequestError } from './request.js';
import { subscribeAndResume } from './resuming-client.js';
import { createSocket, type SocketOptions } from './socket.js';
import type { FollowSink, Transport } from './thread.js';
import { socketParams } from './tokens.js';

/** Requests and subscriptions over WebSockets, by graphql-ws. */
export function socketTransport(options: SocketOptions): Transport & { dispose: () => void } {
  const { url, token, webSocketImpl } = options;
  const client = createSocket(options);
  return {
    dispose: () => void client.dispose(),
    request: <Data>(query: string, variables: Record<string, unknown>) =>
      new Promise<Data>((resolve, reject) => {
        const refuse = (reason: unknown) => reject(errorOfSocket(reason));
        client.subscribe<Data>(
          { query, variables },
          {
            next: ({ data, errors }) => (data && !errors ? resolve(data) : refuse(errors)),
            error: refuse,
            complete: () => {},
          },
        );
      }),
    follow: <Data>(query: string, variables: Record<string, unknown>, { reload, next, fail }: FollowSink<Data>) =>
      subscribeAndResume<Data, unknown>(
        {
          url: url.replace(/^http/, 'ws'),
          webSocketImpl,
          connectionParams: socketParams(token),
          // It knows errors as GraphQL has them.
          reload: () =>
            reload().catch((reason: unknown) => {
              throw reason instanceof RequestError ? reason.errors : reason;
            }),
        },
        { query, variables },
        { next: ({ data }) => data && next(data), error: (reason) => fail(errorOfSocket(reason)), complete: () => {} },
      ),
  };
}

/** GraphQL's errors as an error; the reasons of a socket, such as a close code, as they are. */
const errorOfSocket = (reason: unknown) => (Array.isArray(reason) ? new RequestError(reason) : reason);
