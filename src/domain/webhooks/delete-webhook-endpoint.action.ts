import { z } from 'zod';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { lockEndpoint } from './webhook-endpoint.sql.js';

const deleteWebhookEndpointInput = z.object({ endpointId: id('WebhookEndpoint') });

export type DeletedEndpoint = { deletedWebhookEndpointId: string };

/** Deletes an endpoint with all its deliveries, also those that were still to be tried. */
export async function deleteWebhookEndpoint(context: ActionContext, input: unknown): Promise<DeletedEndpoint> {
  const { endpointId } = parse(deleteWebhookEndpointInput, input);
  return transact(context, async (work) => {
    const { tx, workspaceId } = work;
    await lockEndpoint(work, endpointId);
    await tx.webhookDelivery.deleteMany({ where: { workspaceId, endpointId } });
    await tx.webhookEndpoint.deleteMany({ where: { workspaceId, id: endpointId } });
    return { deletedWebhookEndpointId: encodeId('WebhookEndpoint', endpointId) };
  });
}
