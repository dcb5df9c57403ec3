import type { Caller } from '../../auth/viewer.js';
import type { DomainError, ErrorCode } from '../../lib/errors.js';
import type { Session } from '../../live/sessions.js';
import type { Subscriber } from '../../live/subscriber.js';
import type { Services } from '../../services.js';
import type { Budget } from './budget.js';
import type { RootValues } from './execute.js';

/** What an operation took from its caller's minute, and what is left of it. */
export type RateLimitUsage = { limit: number; cost: number; remaining: number; resetAt: Date };

/** What every resolver gets: the services, and the request it answers. */
export type Context = Services &
  Caller & {
    /** The session of the WebSocket that carries the operation; null over HTTP. */
    session: Session | null;
    /** Over a WebSocket, takes over the subscription to events that the operation starts. */
    feed?: (subscriber: Subscriber) => void;
    requestId: string;
    /** The idempotency key in the header of an HTTP request with exactly one mutation; null if there is none. */
    idempotencyKey: string | null;
    /** What resolving the operation may still cost. */
    budget: Budget;
    /** Filled before the operation is executed; null if the caller has no limit. */
    rateLimit: { usage: RateLimitUsage | null };
    /** Values of root fields from a first execution of the same operation, which take the place of their resolvers. */
    rootValues?: RootValues;
    /**
     * Executions with the same scope share their loaders: those of one operation, or of a batch of events. Each mutation of
     * an operation has its own, as it may change what one before it has loaded.
     */
    scope: object;
    /** The codes of the failures that the operation returned as members of unions, for its line in the log and the metrics. */
    failures: Set<ErrorCode>;
  };

/** Creates one instance per operation, or per mutation, on first use. Nouns keep their loaders this way. */
export function perOperation<T>(create: (context: Context) => T): (context: Context) => T {
  const instances = new WeakMap<object, T>();
  return (context) => {
    const known = instances.get(context.scope);
    if (known) return known;
    const made = create(context);
    instances.set(context.scope, made);
    return made;
  };
}

/** Records a failure that is about to be returned as a member of a union. Returns the failure. */
export function recordFailure<Failure extends DomainError>(context: Context, failure: Failure): Failure {
  context.failures.add(failure.code);
  return failure;
}
