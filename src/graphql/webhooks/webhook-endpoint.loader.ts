import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { rowLoader } from '../core/row-loader.js';

export const webhookEndpointsById = rowLoader<WebhookEndpoint>('WebhookEndpoint');

/** A webhook endpoint; null if there is none or the viewer may not administer. */
export async function findWebhookEndpoint(context: Context, id: string): Promise<WebhookEndpoint | null> {
  return context.viewer.permissions.has('administer') ? webhookEndpointsById(context).load(id) : null;
}
