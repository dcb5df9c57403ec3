import type { WebhookDelivery } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { rowLoader } from '../core/row-loader.js';

const webhookDeliveriesById = rowLoader<WebhookDelivery>('WebhookDelivery');

/** A delivery; null if there is none or the viewer may not administer. */
export async function findWebhookDelivery(context: Context, id: string): Promise<WebhookDelivery | null> {
  return context.viewer.permissions.has('administer') ? webhookDeliveriesById(context).load(id) : null;
}
