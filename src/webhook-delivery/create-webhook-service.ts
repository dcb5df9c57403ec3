import { workspaceViewer } from '../auth/viewer.js';
import type { Context } from '../graphql/core/context.js';
import type { Services } from '../services.js';
import type { Service } from '../worker/job.js';
import { deliverWebhooks } from './deliver-webhooks.service.js';
import { type Resolve, resolveByDns, resolveBySystem } from './resolve.js';
import { createSender } from './send.js';

export type WebhookServiceOptions = {
  /** How host names are looked up; default: by the system where private addresses are allowed, otherwise by DNS alone. */
  resolve: Resolve | undefined;
  /** How often due webhooks are looked for, in milliseconds. */
  pollMs: number;
};

/** The delivery of webhooks, as the configuration has it. */
export function createWebhookService(services: Services, { pollMs, ...options }: WebhookServiceOptions): Service {
  const { webhookPolicy: policy } = services;
  const { resolve = policy.allowPrivate ? resolveBySystem : resolveByDns } = options;
  const contextFor = (workspaceId: string): Context => ({
    ...services,
    viewer: workspaceViewer(workspaceId),
    session: null,
    publicUrl: noAddress,
    requestId: 'webhooks',
  });
  return deliverWebhooks({ services, send: createSender({ policy, resolve }), contextFor, pollMs });
}

/** A worker alone listens to no clients, and what is sent is kept, whereas addresses of files expire. */
function noAddress(): never {
  throw new Error('Webhooks hold no addresses of this server: WebhookData.graphql must not ask for any.');
}
