import type { WebhookDelivery, WebhookEndpoint } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import { readEndpoint } from './webhook-endpoint.sql.js';

/** A delivery with the endpoint that it is sent to. */
export type DeliveryToEndpoint = { delivery: WebhookDelivery; endpoint: WebhookEndpoint };

/** The outcome of an action that returns a delivery with its endpoint. */
export const deliveryOutcome: Outcome<DeliveryToEndpoint, { id: string }> = {
  keep: ({ delivery: { id } }) => ({ id }),
  resume: async (work, { id }) => {
    const { tx, workspaceId } = work;
    const delivery = await tx.webhookDelivery.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
    if (!delivery) throw new NotFoundError('webhook delivery', encodeId('WebhookDelivery', id));
    return { delivery, endpoint: await readEndpoint(work, delivery.endpointId) };
  },
};
