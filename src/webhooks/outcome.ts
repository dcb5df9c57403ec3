import type { WebhookEndpoint } from '../generated/prisma/client.js';
import { MAX_FAILING_MS } from './retry.js';

const GONE = 410;

export type EndpointState = Pick<WebhookEndpoint, 'failingSince' | 'deactivatedAt' | 'deactivationReason'>;

/** What a failed try makes of its endpoint: it is deactivated when it says that it is gone, or has failed for too long. */
export function afterFailure(endpoint: EndpointState, statusCode: number | null, now: Date): EndpointState {
  if (endpoint.deactivatedAt) return endpoint;
  const failingSince = endpoint.failingSince ?? now;
  if (statusCode === GONE) return { failingSince, deactivatedAt: now, deactivationReason: 'GONE' };
  const tooLong = now.getTime() - failingSince.getTime() >= MAX_FAILING_MS;
  return tooLong
    ? { failingSince, deactivatedAt: now, deactivationReason: 'FAILING' }
    : { failingSince, deactivatedAt: null, deactivationReason: null };
}
