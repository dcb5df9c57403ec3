import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { heldRows } from '../core/held-rows.js';
import { rowLoader } from '../core/row-loader.js';

const webhookEndpointsById = rowLoader<WebhookEndpoint>('WebhookEndpoint');

/** A webhook endpoint; null if there is none or the viewer may not administer. */
export async function findWebhookEndpoint(context: Context, id: string): Promise<WebhookEndpoint | null> {
  return context.viewer.permissions.has('administer') ? webhookEndpointsById(context).load(id) : null;
}

const held = heldRows<WebhookEndpoint>();

/** Keeps an endpoint that an action had locked, for the payload of its mutation. */
export const holdEndpoint = held.hold;

/** The endpoint of a delivery that is shown: as it is, or if it is gone by now, as a mutation has just held it. */
export async function findShownEndpoint(context: Context, id: string): Promise<WebhookEndpoint | null> {
  return (await webhookEndpointsById(context).load(id)) ?? held.find(context, id);
}
