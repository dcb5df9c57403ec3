import type { WebhookEndpoint } from '../generated/prisma/client.js';
import { LONGEST_PAUSE_MS, MAX_FAILING_MS } from './retry.js';

const GONE = 410;

export type EndpointState = Pick<
  WebhookEndpoint,
  'failingSince' | 'lastFailureAt' | 'deactivatedAt' | 'deactivationReason'
>;

/** What a failed try makes of its endpoint: it is deactivated when it says that it is gone, or has failed for too long. */
export function afterFailure(endpoint: EndpointState, statusCode: number | null, now: Date): EndpointState {
  if (endpoint.deactivatedAt) return endpoint;
  const failing = { failingSince: failingSinceOf(endpoint, now), lastFailureAt: now };
  if (statusCode === GONE) return { ...failing, deactivatedAt: now, deactivationReason: 'GONE' };
  const tooLong = now.getTime() - failing.failingSince.getTime() >= MAX_FAILING_MS;
  return tooLong
    ? { ...failing, deactivatedAt: now, deactivationReason: 'FAILING' }
    : { ...failing, deactivatedAt: null, deactivationReason: null };
}

/** Of a time in which nothing was tried, nobody knows that every try would have failed: after one it begins anew. */
function failingSinceOf({ failingSince, lastFailureAt }: EndpointState, now: Date): Date {
  if (!failingSince || !lastFailureAt) return now;
  return now.getTime() - lastFailureAt.getTime() <= LONGEST_PAUSE_MS ? failingSince : now;
}
