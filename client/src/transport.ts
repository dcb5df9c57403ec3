import type { RequestError } from './failures.js';
import type { GraphQLRequest, GraphQLResult } from './http.js';

export type StreamSink<Data> = {
  next: (result: GraphQLResult<Data>) => void;
  /** Called before it goes on after a pause: catches up, so that it goes on from where the server is. */
  again: () => Promise<void>;
  /** Called once; without a reason if the server completed the subscription. */
  end: (reason: RequestError | null) => void;
};

/** What subscriptions run over, for as long as it lasts. */
export type Transport = {
  kind: 'WEBSOCKET' | 'SSE';
  /**
   * `request` says what to ask for to go on from here. Returns a function that ends the subscription without calling
   * `sink.end`.
   */
  subscribe: <Data>(request: () => GraphQLRequest, sink: StreamSink<Data>) => () => void;
  /** Settles with the reason when it is over. */
  closed: Promise<RequestError>;
  close: () => void;
};
