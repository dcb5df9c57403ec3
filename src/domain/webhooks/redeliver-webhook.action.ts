import type { WebhookDelivery } from '../../generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { type DeliveryToEndpoint, deliveryOutcome } from './delivery-outcome.js';
import { lockActiveEndpoint } from './webhook-endpoint.sql.js';

export const redeliverWebhookInput = input('RedeliverWebhookInput', 'The delivery to repeat.', {
  deliveryId: required(id('WebhookDelivery'), 'The delivery.'),
});

/**
 * Queues a delivery again, even one that succeeded, with the same webhook-id and the same body.
 * @throws {ConflictError} if the endpoint is deactivated, or neither the body nor the event is left
 */
export async function redeliverWebhook(
  context: ActionContext,
  { deliveryId }: Parsed<typeof redeliverWebhookInput>,
): Promise<DeliveryToEndpoint> {
  const queued = await transactOnce(context, deliveryOutcome, async (work) => {
    const { tx, workspaceId } = work;
    const where = { workspaceId_id: { workspaceId, id: deliveryId } };
    const found = await tx.webhookDelivery.findUnique({ where });
    if (!found) throw new NotFoundError('webhook delivery', encodeId('WebhookDelivery', deliveryId));
    const endpoint = await lockActiveEndpoint(work, found.endpointId);
    await requireContent(work, found);
    // Without its claim, an attempt under way can no longer settle the delivery.
    const data = { status: 'PENDING', attempts: 0, nextAttemptAt: work.now, claimedUntil: null } as const;
    return { delivery: await tx.webhookDelivery.update({ where, data }), endpoint };
  });
  context.notify(context.viewer.workspaceId);
  return queued;
}

/** Throws ConflictError if the body is gone and can no longer be rendered from the log. */
async function requireContent({ tx, workspaceId }: Work, { body, position, eventId }: WebhookDelivery): Promise<void> {
  if (body !== null || position === null) return;
  if (await tx.event.findUnique({ where: { workspaceId_id: { workspaceId, id: eventId } } })) return;
  throw new ConflictError(
    'The body was erased, and the log no longer has the event. There is nothing left to deliver.',
  );
}
