import { workspaceViewer } from '../auth/viewer.js';
import { createBudget } from '../graphql/core/budget.js';
import type { Context } from '../graphql/core/context.js';
import type { Services } from '../services.js';
import type { Service } from '../worker/job.js';
import { deliverWebhooks } from './deliver-webhooks.service.js';
import { type Resolve, resolveByDns, resolveBySystem } from './resolve.js';
import { createSender } from './send.js';

export type WebhookServiceOptions = {
  /** How host names are resolved. Default: by the system if private addresses are allowed, otherwise by DNS only. */
  resolve: Resolve | undefined;
  /** How often to look for due deliveries, in milliseconds. */
  pollMs: number;
};

/** Creates the service that delivers webhooks, as configured. */
export function createWebhookService(services: Services, { pollMs, ...options }: WebhookServiceOptions): Service {
  const { webhookPolicy: policy } = services;
  const { resolve = policy.allowPrivate ? resolveBySystem : resolveByDns } = options;
  const contextFor = (workspaceId: string): Context => ({
    ...services,
    viewer: workspaceViewer(workspaceId),
    actsFor: new Set(),
    session: null,
    publicUrl: noPublicUrl,
    requestId: 'webhooks',
    idempotencyKey: null,
    scope: new Map(),
    failures: new Set(),
    rateLimit: { usage: null },
    budget: createBudget(services.config.maxResponseBytes),
  });
  return deliverWebhooks({ services, send: createSender({ policy, resolve }), contextFor, pollMs });
}

/** A separate worker serves no clients, and bodies are stored, whereas file URLs expire. */
function noPublicUrl(): never {
  throw new Error('Webhooks contain no URLs of this server: WebhookData.graphql must not select any.');
}
