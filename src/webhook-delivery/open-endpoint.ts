import { LRUCache } from 'lru-cache';
import { withPlainSecrets } from '../domain/webhooks/endpoint-secrets.js';
import type { WebhookEndpoint } from '../generated/prisma/client.js';
import { encodeId } from '../lib/ids.js';
import { UnreadableSecretError } from '../lib/secret-box.js';
import type { Services } from '../services.js';

/** Returns an endpoint with its secrets in plain text, or null if this process cannot read them. */
export type OpenEndpoint = (endpoint: WebhookEndpoint) => WebhookEndpoint | null;

/** An endpoint that cannot be read is logged once in this time: deliveries are tried every few seconds. */
const REPEAT_MS = 60_000;

export function createEndpointOpener({ secretBox, log }: Pick<Services, 'secretBox' | 'log'>): OpenEndpoint {
  const logged = new LRUCache<string, true>({ max: 1_000, ttl: REPEAT_MS });
  return (endpoint) => {
    try {
      return withPlainSecrets(secretBox, endpoint);
    } catch (err) {
      if (!(err instanceof UnreadableSecretError)) throw err;
      const endpointId = encodeId('WebhookEndpoint', endpoint.id);
      if (!logged.has(endpointId)) {
        logged.set(endpointId, true);
        log.error({ err, endpointId }, 'Cannot read the secrets of a webhook endpoint; its deliveries wait');
      }
      return null;
    }
  };
}
