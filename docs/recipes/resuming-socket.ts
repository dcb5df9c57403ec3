import type { Client } from 'graphql-ws';
import { type ResumingOptions, subscribeAndResume } from './resuming-client.js';

/** A graphql-ws client that resumes subscriptions with a variable `after`, and passes everything else through. */
export function resuming(client: Client, options: ResumingOptions): Client {
  return {
    ...client,
    subscribe: (payload, sink) =>
      payload.variables && 'after' in payload.variables
        ? subscribeAndResume(options, payload, sink)
        : client.subscribe(payload, sink),
  };
}
