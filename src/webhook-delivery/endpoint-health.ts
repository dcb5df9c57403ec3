import type { WebhookEndpoint } from '../generated/prisma/client.js';
import { LONGEST_PAUSE_MS, MAX_FAILING_MS } from './retry.js';
import type { SendResult } from './send.js';

/**
 * What a process knows of an endpoint from the last attempt there: it succeeded in good time, it succeeded slowly, it
 * failed, or none has finished yet. Only a healthy endpoint may have many attempts under way. An untried one may hang just
 * as a failing one, but does not queue for a slot among those.
 */
export type EndpointHealth = 'healthy' | 'slow' | 'failing' | 'untried';

/** A response that takes longer is slow: it holds a slot hundreds of times as long as a quick one. */
const SLOW_MS = 2_000;

/** The health of an endpoint after an attempt. */
export function healthAfter({ failure, durationMs }: Pick<SendResult, 'failure' | 'durationMs'>): EndpointHealth {
  if (failure !== null) return 'failing';
  return durationMs > SLOW_MS ? 'slow' : 'healthy';
}

const GONE = 410;

export type EndpointState = Pick<
  WebhookEndpoint,
  'failingSince' | 'lastFailureAt' | 'deactivatedAt' | 'deactivationReason'
>;

/** The state of an endpoint after a failed attempt: deactivated if it answered 410 Gone, or has failed for 5 days. */
export function stateAfterFailure(endpoint: EndpointState, statusCode: number | null, now: Date): EndpointState {
  if (endpoint.deactivatedAt) return endpoint;
  const failing = { failingSince: failingSinceOf(endpoint, now), lastFailureAt: now };
  if (statusCode === GONE) return { ...failing, deactivatedAt: now, deactivationReason: 'GONE' };
  const tooLong = now.getTime() - failing.failingSince.getTime() >= MAX_FAILING_MS;
  return tooLong
    ? { ...failing, deactivatedAt: now, deactivationReason: 'FAILING' }
    : { ...failing, deactivatedAt: null, deactivationReason: null };
}

/** After a pause without attempts the period of failure starts again: attempts in that pause might have succeeded. */
function failingSinceOf({ failingSince, lastFailureAt }: EndpointState, now: Date): Date {
  if (!failingSince || !lastFailureAt) return now;
  return now.getTime() - lastFailureAt.getTime() <= LONGEST_PAUSE_MS ? failingSince : now;
}
