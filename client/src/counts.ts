import type { BackoffOptions } from './backoff.js';
import type { Connection } from './connection.js';
import type { RequestError } from './failures.js';
import { follow } from './feed.js';
import { type ConversationFilter, FollowCountsDocument } from './generated/operations.js';
import { keyOfFilter } from './lists.js';
import type { Tables } from './records.js';
import type { Store } from './store.js';

/** How many conversations there are of each status, and without an assignee, among those that meet a filter. */
export type Counts = {
  /** As the server counts, without what waits in the outbox; null until it has said so. */
  value: () => Tables['counts'] | null;
  isLive: () => boolean;
  failure: () => RequestError | null;
  stop: () => void;
};

type Parts = { store: Store; connection: Connection; backoff: BackoffOptions };

export function followCounts({ store, connection, backoff }: Parts, filter: ConversationFilter): Counts {
  const key = keyOfFilter(filter);
  let isLive = false;
  let failure: RequestError | null = null;
  const stop = follow(
    connection,
    {
      document: FollowCountsDocument,
      // The subscription begins with the numbers of that moment.
      catchUp: () => Promise.resolve(),
      variables: () => ({ filter }),
      apply: ({ conversationCounts: value }) =>
        void store.commit((transaction) => transaction.put({ table: 'counts', key, value })),
      moveTo: () => {},
      expire: () => {},
      tell: (state, reason) => {
        isLive = state === 'LIVE';
        failure = reason;
        store.touch();
      },
    },
    backoff,
  );
  return { value: () => store.tables.counts.get(key) ?? null, isLive: () => isLive, failure: () => failure, stop };
}
