import { errorOfFailure, failureOf, type RequestError } from './failures.js';
import { follow } from './feed.js';
import { type Followed, type FollowParts, putFollowing } from './following.js';
import { type ConversationFilter, FollowCountsDocument } from './generated/operations.js';
import type { Tables } from './records.js';
import type { Store } from './store.js';
import { keyOfFilter, keyOfWant } from './wants.js';

/** How many conversations there are of each status, and without an assignee, among those that meet a filter. */
export type Counts = {
  /** As the server counts, without what waits in the outbox; null until it has said so. */
  value: () => Tables['counts'] | null;
  isLive: () => boolean;
  failure: () => RequestError | null;
  stop: () => void;
};

/** What the store shows of counts. */
export function viewCounts({ tables }: Store, filter: ConversationFilter): Omit<Counts, 'stop'> {
  const following = () => tables.following.get(keyOfWant({ kind: 'counts', filter }));
  return {
    value: () => tables.counts.get(keyOfFilter(filter)) ?? null,
    isLive: () => following()?.isLive ?? false,
    failure: () => {
      const failure = following()?.failure;
      return failure ? errorOfFailure(failure) : null;
    },
  };
}

export function followCounts({ store, connection, backoff }: FollowParts, filter: ConversationFilter): Followed {
  const key = keyOfWant({ kind: 'counts', filter });
  const stop = follow(
    connection,
    {
      document: FollowCountsDocument,
      // The subscription begins with the numbers of that moment.
      catchUp: () => Promise.resolve(),
      variables: () => ({ filter }),
      apply: ({ conversationCounts: value }) =>
        void store.commit((transaction) => transaction.put({ table: 'counts', key: keyOfFilter(filter), value })),
      moveTo: () => {},
      expire: () => {},
      tell: (state, reason) =>
        void store.commit((transaction) =>
          putFollowing(store, transaction, key, { isLive: state === 'LIVE', failure: reason && failureOf(reason) }),
        ),
    },
    backoff,
  );
  return {
    stop: () => {
      stop();
      void store.commit((transaction) => transaction.remove('following', key));
    },
  };
}
