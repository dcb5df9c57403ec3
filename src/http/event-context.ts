import { createBudget } from '../graphql/core/budget.js';
import type { Context } from '../graphql/core/context.js';
import type { Session } from '../live/sessions.js';
import { currentRequestId } from './request-scope.js';

/** What belongs to one operation, which a subscription does not keep. */
type OfOperation =
  | 'feed'
  | 'requestId'
  | 'idempotencyKey'
  | 'actsFor'
  | 'budget'
  | 'rateLimit'
  | 'rootValues'
  | 'scope'
  | 'failures';

/** What the events of a subscription are executed with, however long after the operation that has started it. */
export type LastingContext = Omit<Context, OfOperation>;

const ofSessions = new WeakMap<Session, LastingContext>();

/** What is left of the context of an operation once its subscription has started. A socket has one for all of them. */
export function lastingContext(context: Context): LastingContext {
  const { session } = context;
  const known = session && ofSessions.get(session);
  if (known) return known;
  const kept = keep(context);
  if (session) ofSessions.set(session, kept);
  return kept;
}

function keep({
  database,
  clock,
  newId,
  notify,
  writeGate,
  config,
  uploads,
  cursors,
  tokens,
  live,
  metrics,
  log,
  secretBox,
  webhookPolicy,
  publicUrl,
  viewer,
  session,
}: Context): LastingContext {
  return {
    database,
    clock,
    newId,
    notify,
    writeGate,
    config,
    uploads,
    cursors,
    tokens,
    live,
    metrics,
    log,
    secretBox,
    webhookPolicy,
    publicUrl,
    viewer,
    session,
  };
}

/** A context for some events, with loaders of its own. */
export function eventContext(lasting: LastingContext): Context {
  return {
    ...lasting,
    requestId: currentRequestId(),
    idempotencyKey: null,
    actsFor: new Set(),
    budget: createBudget(lasting.config.maxResponseBytes),
    rateLimit: { usage: null },
    scope: {},
    failures: new Set(),
  };
}
