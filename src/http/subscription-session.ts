import type { ExecutionResult, GraphQLError } from 'graphql';
import { unauthenticated } from '../auth/authenticate.js';
import { encodeLogPosition } from '../event-log/cursor.js';
import type { Context } from '../graphql/core/context.js';
import { withTimeout } from '../lib/async.js';
import type { Subscriber } from '../live/subscriber.js';

type Results = AsyncIterableIterator<ExecutionResult, undefined>;

/** A subscriber as an iterator over its results. Calls `onEnd` when either side ends the subscription. */
function resultsOf(subscriber: Subscriber, next: Results['next'], onEnd: () => void): Results {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const result = await next();
      if (result.done) onEnd();
      return result;
    },
    return: async () => {
      onEnd();
      subscriber.end();
      return { value: undefined, done: true };
    },
  };
}

const CHANGED = 'Your permissions have changed. Subscribe again from your last cursor.';

/** Results over HTTP. When the key or token ends, so do they, with an error as the last result. */
export function untilRevoked(results: AsyncIterableIterator<ExecutionResult>, { live, viewer }: Context): Results {
  let last: GraphQLError | null = null;
  const end = (message: string) => {
    last ??= unauthenticated(message);
    void results.return?.();
  };
  const forget = live.sessions.add({
    viewer,
    subscriptions: new Set(),
    revoke: end,
    requireReconnect: () => end(CHANGED),
  });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const { value, done } = await results.next();
      if (!done) return { value, done };
      forget();
      const errors = last && [last];
      last = null;
      return errors ? { value: { errors }, done: false } : { value: undefined, done: true };
    },
    return: async () => {
      forget();
      await results.return?.();
      return { value: undefined, done: true };
    },
  };
}

/** A subscription over HTTP. It is a session of its own, and gets a result with only a cursor while it is quiet. */
export function overHttp(subscriber: Subscriber, context: Context, quietMs: number): Results {
  const forget = context.live.sessions.add({
    viewer: context.viewer,
    subscriptions: new Set([subscriber]),
    revoke: (message) => subscriber.end(unauthenticated(message)),
    requireReconnect: () => subscriber.end(unauthenticated(CHANGED)),
  });
  let pending: Promise<IteratorResult<ExecutionResult, undefined>> | null = null;
  const next = async (): Promise<IteratorResult<ExecutionResult, undefined>> => {
    pending ??= subscriber.next();
    if (!(await withTimeout(quietMs, pending))) {
      const extensions = { cursor: encodeLogPosition(context, subscriber.resumePosition()) };
      return { value: { data: null, extensions }, done: false };
    }
    const result = await pending;
    pending = null;
    return result;
  };
  return resultsOf(subscriber, next, () => forget());
}
