import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import { unauthenticated } from '../auth/authenticate.js';
import type { Session } from '../auth/sessions.js';
import { encodeLogPlace } from '../events/cursor.js';
import type { Subscriber } from '../events/subscriber.js';
import type { Context } from '../graphql/context.js';

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

/** A subscription over HTTP, which is a session of its own, and gets a cursor in a result where it is quiet. */
export function overHttp(subscriber: Subscriber, context: Context, quietMs: number): Results {
  const forget = context.live.sessions.add({
    viewer: context.viewer,
    subscriptions: new Set([subscriber]),
    revoke: () => subscriber.end(unauthenticated('This API key was revoked or has expired.')),
  });
  let pending: Promise<IteratorResult<ExecutionResult, undefined>> | null = null;
  const next = async (): Promise<IteratorResult<ExecutionResult, undefined>> => {
    pending ??= subscriber.next();
    const quiet = new AbortController();
    const waited = sleep(quietMs, null, { signal: quiet.signal, ref: false }).catch(() => null);
    const result = await Promise.race([pending, waited]).finally(() => quiet.abort());
    if (!result) {
      const extensions = { cursor: encodeLogPlace(context, subscriber.place()) };
      return { value: { data: null, extensions }, done: false };
    }
    pending = null;
    return result;
  };
  return noticing(subscriber, next, () => forget());
}
