import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';

/** The outcome of an action that returns a delivery. */
export const deliveryOutcome = rowOutcome(async ({ tx, workspaceId }, id) => {
  const delivery = await tx.webhookDelivery.findUnique({ where: { workspaceId_id: { workspaceId, id } } });
  if (!delivery) throw new NotFoundError('webhook delivery', encodeId('WebhookDelivery', id));
  return delivery;
});
