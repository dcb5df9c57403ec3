import type { ExecutionResult, GraphQLError } from 'graphql';
import { unauthenticated } from '../auth/authenticate.js';
import { encodeLogPosition } from '../event-log/cursor.js';
import type { Context } from '../graphql/core/context.js';
import { withTimeout } from '../lib/async.js';
import type { Session } from '../live/sessions.js';
import type { Subscriber } from '../live/subscriber.js';

type Results = AsyncIterableIterator<ExecutionResult, undefined>;

/** A subscriber whose end is noticed, whichever side brings it about. */
function noticing(subscriber: Subscriber, next: Results['next'], onEnd: () => void): Results {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      try {
        const result = await next();
        if (result.done) onEnd();
        return result;
      } catch (error) {
        onEnd();
        throw error;
      }
    },
    return: async () => {
      onEnd();
      subscriber.end();
      return { value: undefined, done: true };
    },
  };
}

/** A subscription over a socket, which sends its cursor in pings and ends its subscriptions when it is closed. */
export function overSocket(subscriber: Subscriber, { subscriptions }: Session): Results {
  subscriptions.add(subscriber);
  return noticing(subscriber, subscriber.next, () => subscriptions.delete(subscriber));
}

const ENDED = 'The API key or token was revoked or has expired.';
const OUTDATED = 'What you may do has changed. Subscribe again from your last cursor.';

/** Results over HTTP that end with the key or token, by an error as their last. */
export function untilRevoked(results: AsyncIterableIterator<ExecutionResult>, { live, viewer }: Context): Results {
  let last: GraphQLError | null = null;
  const end = (message: string) => {
    last ??= unauthenticated(message);
    void results.return?.();
  };
  const forget = live.sessions.add({
    viewer,
    subscriptions: new Set(),
    revoke: () => end(ENDED),
    requireReconnect: () => end(OUTDATED),
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

/** A subscription over HTTP, which is a session of its own, and gets a cursor in a result where it is quiet. */
export function overHttp(subscriber: Subscriber, context: Context, quietMs: number): Results {
  const forget = context.live.sessions.add({
    viewer: context.viewer,
    subscriptions: new Set([subscriber]),
    revoke: () => subscriber.end(unauthenticated(ENDED)),
    requireReconnect: () => subscriber.end(unauthenticated(OUTDATED)),
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
  return noticing(subscriber, next, () => forget());
}
