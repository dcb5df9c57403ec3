import type { WebhookDelivery } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { rowLoader } from '../core/row-loader.js';

const webhookDeliveriesById = rowLoader<WebhookDelivery>('WebhookDelivery');

/** A delivery, for those who administer; null for all others. */
export async function findWebhookDelivery(context: Context, id: string): Promise<WebhookDelivery | null> {
  return context.viewer.permissions.has('administer') ? webhookDeliveriesById(context).load(id) : null;
}
