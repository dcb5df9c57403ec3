import { createBudget } from '../graphql/core/budget.js';
import { type Context, createContext } from '../graphql/core/context.js';
import type { Services } from '../services.js';
import { currentRequestId } from './request-scope.js';

/** Who follows events: what is kept of the context of an operation once its subscription has started. */
export type Follower = Pick<Context, 'viewer' | 'session'>;

/** A context for some events, with loaders of its own, however long after the operation that has started to follow them. */
export function eventContext(services: Services, { viewer, session }: Follower): Context {
  return createContext(services, {
    viewer,
    session,
    requestId: currentRequestId(),
    clientAddress: null,
    idempotencyKey: null,
    actsFor: new Set(),
    budget: createBudget(services.config.maxResponseBytes),
    rateLimit: { usage: null },
    scope: new Map(),
    failures: new Set(),
  });
}
