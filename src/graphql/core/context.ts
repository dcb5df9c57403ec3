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
    feed?: ((subscriber: Subscriber) => void) | undefined;
    requestId: string;
    /** The idempotency key in the header of an HTTP request with exactly one mutation; null if there is none. */
    idempotencyKey: string | null;
    /** What resolving the operation may still cost. */
    budget: Budget;
    /** Filled before the operation is executed; null if the caller has no limit. */
    rateLimit: { usage: RateLimitUsage | null };
    /** Values of root fields from a first execution of the same operation, which take the place of their resolvers. */
    rootValues?: RootValues | undefined;
    /**
     * Executions with the same scope share their loaders: those of one operation, or of a batch of events. Each mutation of
     * an operation has its own, as it may change what one before it has loaded.
     */
    scope: Scope;
    /** The codes of the failures that the operation returned as members of unions, for its line in the log and the metrics. */
    failures: Set<ErrorCode>;
  };

/** What belongs to a request or to some events, and not to the process. */
type Own = Pick<Context, Exclude<keyof Context, keyof Services> | 'requestId' | 'clientAddress' | 'call'>;

/**
 * Creates a context. Every member is named, because V8 makes a dictionary of an object that so many are copied into by a
 * spread or by Object.assign: some 5 KB for each request, in which it looks up every name anew.
 */
export function createContext(services: Services, own: Own): Context {
  return {
    database: services.database,
    writeGate: services.writeGate,
    clock: services.clock,
    newId: services.newId,
    notify: services.notify,
    tracing: services.tracing,
    config: services.config,
    uploads: services.uploads,
    cursors: services.cursors,
    tokens: services.tokens,
    live: services.live,
    metrics: services.metrics,
    log: services.log,
    secretBox: services.secretBox,
    webhookPolicy: services.webhookPolicy,
    publicUrl: services.publicUrl,
    viewer: own.viewer,
    actsFor: own.actsFor,
    session: own.session,
    feed: own.feed,
    requestId: own.requestId,
    clientAddress: own.clientAddress,
    idempotencyKey: own.idempotencyKey,
    budget: own.budget,
    rateLimit: own.rateLimit,
    rootValues: own.rootValues,
    scope: own.scope,
    failures: own.failures,
    call: own.call,
  };
}

/** A context with some other members. */
export function withinContext(context: Context, others: Partial<Context>): Context {
  return Object.assign(createContext(context, context), others);
}

/** What is kept for the time of an execution, by what creates it. */
type Scope = Map<unknown, Instance<unknown>>;

type Instance<T> = { of: unknown; value: T };

/**
 * Creates one instance per operation, or per mutation, on first use. Nouns keep their loaders this way.
 *
 * Not in a WeakMap by operation: to V8's collector of young objects whatever that holds is alive, so that each operation
 * with its context and all its rows would be moved among the old ones before it is collected.
 */
export function perOperation<T>(create: (context: Context) => T): (context: Context) => T {
  const isOwn = (instance: Instance<unknown> | undefined): instance is Instance<T> => instance?.of === create;
  return (context) => {
    const known = context.scope.get(create);
    if (isOwn(known)) return known.value;
    const value = create(context);
    context.scope.set(create, { of: create, value });
    return value;
  };
}

/** Records a failure that is about to be returned as a member of a union. Returns the failure. */
export function recordFailure<Failure extends DomainError>(context: Context, failure: Failure): Failure {
  context.failures.add(failure.code);
  return failure;
}
