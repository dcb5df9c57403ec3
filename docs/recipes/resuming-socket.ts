import type { Client } from 'graphql-ws';
import { subscribeAndResume } from './resuming-client.js';
import { createSocket, type SocketOptions } from './socket.js';
import { socketParams } from './tokens.js';

export type ResumingSocketOptions = SocketOptions & {
  /** Loads what the subscription with these variables follows, and returns the `eventCursor` from the same operation. */
  reload: (variables: Record<string, unknown>) => Promise<string>;
};

/**
 * A graphql-ws client that resumes subscriptions with a variable `after`, each on a socket of its own. If it is null,
 * loads first.
 */
export function createResumingSocket({ reload, ...options }: ResumingSocketOptions): Client {
  const { url, token, webSocketImpl } = options;
  const client = createSocket(options);
  return {
    ...client,
    subscribe: (payload, sink) => {
      if (!payload.variables || !('after' in payload.variables)) return client.subscribe(payload, sink);
      const { after: _, ...variables } = payload.variables;
      const resuming = {
        url: url.replace(/^http/, 'ws'),
        webSocketImpl,
        connectionParams: socketParams(token),
        reload: () => reload(variables),
      };
      return subscribeAndResume(resuming, payload, sink);
    },
  };
}
