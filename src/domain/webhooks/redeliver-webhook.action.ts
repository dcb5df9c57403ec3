import { z } from 'zod';
import type { WebhookDelivery } from '../../generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { lockActiveEndpoint } from './webhook-endpoint.sql.js';

const redeliverWebhookInput = z.object({ deliveryId: id('WebhookDelivery') });

/** Tries a delivery again at once, also one that succeeded, under the same webhook-id and with the same body. */
export async function redeliverWebhook(context: ActionContext, input: unknown): Promise<WebhookDelivery> {
  const { deliveryId } = parse(redeliverWebhookInput, input);
  const delivery = await transact(context, async (work) => {
    const { tx, workspaceId } = work;
    const where = { workspaceId_id: { workspaceId, id: deliveryId } };
    const found = await tx.webhookDelivery.findUnique({ where });
    if (!found) throw new NotFoundError('webhook delivery', encodeId('WebhookDelivery', deliveryId));
    await lockActiveEndpoint(work, found.endpointId);
    await requireContent(work, found);
    // Without its claim, whoever tries it just now no longer decides what becomes of it.
    const data = { status: 'PENDING', attempts: 0, nextAttemptAt: work.now, claimedUntil: null } as const;
    return tx.webhookDelivery.update({ where, data });
  });
  context.notify(context.viewer.workspaceId);
  return delivery;
}

/** What was sent is kept, or can be made again from the log; throws ConflictError where neither is so. */
async function requireContent({ tx, workspaceId }: Work, { body, position, eventId }: WebhookDelivery): Promise<void> {
  if (body !== null || position === null) return;
  if (await tx.event.findUnique({ where: { workspaceId_id: { workspaceId, id: eventId } } })) return;
  throw new ConflictError('What was delivered is no longer kept, and the log no longer has the event.');
}
