import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { type DeliveryToEndpoint, deliveryOutcome } from './delivery-outcome.js';
import { endpointIdField } from './endpoint-fields.js';
import { TEST_EVENT } from './event-names.js';
import { lockActiveEndpoint } from './webhook-endpoint.sql.js';

export const sendTestWebhookInput = input('SendTestWebhookInput', 'The webhook endpoint to test.', endpointIdField);

/** Queues a test delivery, which is signed and sent like that of a real event; throws ConflictError if deactivated. */
export async function sendTestWebhook(
  context: ActionContext,
  { endpointId }: Parsed<typeof sendTestWebhookInput>,
): Promise<DeliveryToEndpoint> {
  const sent = await transactOnce(context, deliveryOutcome, async (work) => {
    const { tx, workspaceId, now, newId } = work;
    const endpoint = await lockActiveEndpoint(work, endpointId);
    const state = { status: 'PENDING', attempts: 0, nextAttemptAt: now, createdAt: now } as const;
    const delivery = await tx.webhookDelivery.create({
      data: { workspaceId, id: newId(), endpointId, eventId: newId(), eventType: TEST_EVENT, ...state },
    });
    return { delivery, endpoint };
  });
  context.notify(context.viewer.workspaceId);
  return sent;
}
