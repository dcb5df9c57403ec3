import { encodeId } from '../../lib/ids.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { endpointIdField } from './endpoint-fields.js';
import { lockEndpoint } from './webhook-endpoint.sql.js';

export const deleteWebhookEndpointInput = input(
  'DeleteWebhookEndpointInput',
  'The webhook endpoint to delete.',
  endpointIdField,
);

export type DeletedEndpoint = { deletedWebhookEndpointId: string };

/** Deletes an endpoint and all its deliveries, including pending ones. */
export async function deleteWebhookEndpoint(
  context: ActionContext,
  { endpointId }: Parsed<typeof deleteWebhookEndpointInput>,
): Promise<DeletedEndpoint> {
  return transactOnce(context, plainOutcome(), async (work) => {
    const { tx, workspaceId } = work;
    await lockEndpoint(work, endpointId);
    await tx.webhookDelivery.deleteMany({ where: { workspaceId, endpointId } });
    await tx.webhookEndpoint.deleteMany({ where: { workspaceId, id: endpointId } });
    work.audit({ action: 'webhookEndpoint.deleted', targetId: endpointId });
    return { deletedWebhookEndpointId: encodeId('WebhookEndpoint', endpointId) };
  });
}
