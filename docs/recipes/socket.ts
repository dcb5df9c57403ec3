import { type Client, createClient } from 'graphql-ws';
import { socketParams, type Token } from './tokens.js';

export type SocketOptions = {
  /** For example https://parley.example.com/graphql. */
  url: string;
  token: Token;
  /** Needed without a global WebSocket, as in Node.js 20: pass the one of the package ws. */
  webSocketImpl?: unknown;
};

/**
 * A graphql-ws client that reconnects for as long as it takes, with another token if the server has refused one. What
 * was under way is sent again: give mutations an id or an idempotency key.
 */
export function createSocket({ url, token, webSocketImpl }: SocketOptions): Client {
  const connectionParams = socketParams(token);
  let wasRefused = false;
  return createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl,
    connectionParams: () => connectionParams(wasRefused),
    on: {
      connected: () => {
        wasRefused = false;
      },
      closed: (event) => {
        wasRefused = typeof event === 'object' && event !== null && 'code' in event && event.code === 4403;
      },
    },
    retryAttempts: Infinity,
    // Its own waits would double without end.
    retryWait: (retries) =>
      new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(30_000, 500 * 2 ** retries))),
    shouldRetry: () => true,
  });
}
