import { createClient } from 'graphql-ws/client';
import { errorOf, errorOfClose, RequestError, toRequestError, UNREACHABLE } from './failures.js';
import type { GraphQLRequest } from './http.js';
import type { StreamSink, Transport } from './transport.js';

export type SocketOptions = {
  url: string;
  token: string;
  /** The WebSocket of the platform, or of the package ws. */
  webSocketImpl: unknown;
  /** Between pings, in milliseconds; a server that has not answered one by the next is considered gone. */
  pingMs: number;
  signal: AbortSignal;
};

/** Opens a socket for all subscriptions; rejects if the server does not accept it. */
export function openSocket({ url, token, webSocketImpl, pingMs, signal }: SocketOptions): Promise<Transport> {
  return new Promise((resolve, reject) => {
    let overdue: ReturnType<typeof setTimeout> | undefined;
    let end: (reason: RequestError) => void = () => {};
    const closed = new Promise<RequestError>((settle) => {
      end = (reason) => {
        clearTimeout(overdue);
        clearTimeout(opening);
        signal.removeEventListener('abort', close);
        settle(reason);
        reject(reason);
      };
    });
    const client = createClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl,
      connectionParams: { Authorization: `Bearer ${token}` },
      // The connection opens another: this client gives up after some kinds of failure.
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => {},
      connectionAckWaitTimeout: pingMs,
      keepAlive: pingMs,
      on: {
        connected: () => {
          clearTimeout(opening);
          resolve(transport);
        },
        ping: (received) => {
          if (!received) overdue = setTimeout(() => client.terminate(), pingMs);
        },
        pong: (received) => received && clearTimeout(overdue),
        closed: (event) => end(errorOfEvent(event)),
      },
    });
    const close = () => {
      end(new RequestError(UNREACHABLE, 'The client closed the socket.'));
      // Rejects if the socket never opened.
      Promise.resolve(client.dispose()).catch(() => {});
    };
    // Some proxies neither forward an upgrade nor refuse it.
    const opening = setTimeout(close, pingMs);
    const transport: Transport = {
      kind: 'WEBSOCKET',
      closed,
      close,
      subscribe: <Data>(request: () => GraphQLRequest, sink: StreamSink<Data>) => {
        let over = false;
        const endOnce = (reason: RequestError | null) => {
          if (over) return;
          over = true;
          sink.end(reason);
        };
        const stop = client.subscribe<Data>(request(), {
          next: (result) => {
            if (!over) sink.next(result);
          },
          error: (reason) => endOnce(Array.isArray(reason) ? errorOf(reason) : errorOfEvent(reason)),
          complete: () => endOnce(null),
        });
        return () => {
          over = true;
          stop();
        };
      },
    };
    signal.addEventListener('abort', close);
  });
}

function errorOfEvent(event: unknown): RequestError {
  if (typeof event !== 'object' || event === null || !('code' in event) || typeof event.code !== 'number') {
    return toRequestError(event);
  }
  return errorOfClose({ code: event.code, reason: 'reason' in event ? String(event.reason) : '' });
}
