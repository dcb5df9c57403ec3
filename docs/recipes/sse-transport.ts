import { createClient, NetworkError } from 'graphql-sse';
import { followStream, type StreamResult } from './follow-stream.js';
import { createRequest, errorOf } from './request.js';
import type { Transport } from './thread.js';
import { authorizedFetch, type Token } from './tokens.js';

/** Subscriptions over Server-Sent Events, by graphql-sse; requests by `fetch`. */
export function sseTransport(url: string, token: Token): Transport {
  // `followStream` tries again: this client would subscribe after the same cursor, and give up after a while.
  const client = createClient({ url, fetchFn: authorizedFetch(token), retryAttempts: 0 });

  async function* stream<Data>(
    query: string,
    variables: Record<string, unknown>,
    stopped: AbortSignal,
  ): AsyncGenerator<StreamResult<Data>> {
    const results = client.iterate<Data>({ query, variables });
    const stop = () => void results.return?.();
    stopped.addEventListener('abort', stop);
    try {
      yield* results;
    } catch (reason) {
      const response: unknown = reason instanceof NetworkError ? reason.response : null;
      throw response instanceof Response ? await errorOf(response) : reason;
    } finally {
      stopped.removeEventListener('abort', stop);
    }
  }

  return {
    request: createRequest(url, token),
    follow: (query, variables, sink) =>
      followStream((after, stopped) => stream(query, { ...variables, after }, stopped), sink),
  };
}
