import type { Client } from 'graphql-ws';
import { type ResumingOptions, subscribeAndResume } from './resuming-client.js';

/** A graphql-ws client whose subscriptions with a variable `after` resume; all else goes its usual way. */
export function resuming(client: Client, options: ResumingOptions): Client {
  return {
    ...client,
    subscribe: (payload, sink) =>
      payload.variables && 'after' in payload.variables
        ? subscribeAndResume(options, payload, sink)
        : client.subscribe(payload, sink),
  };
}
