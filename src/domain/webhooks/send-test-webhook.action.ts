import { z } from 'zod';
import type { WebhookDelivery } from '../../generated/prisma/client.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { TEST_EVENT } from './event-names.js';
import { lockActiveEndpoint } from './webhook-endpoint.sql.js';

const sendTestWebhookInput = z.object({ endpointId: id('WebhookEndpoint') });

/** Sends an endpoint an event that never happened, as it would send one that did. */
export async function sendTestWebhook(context: ActionContext, input: unknown): Promise<WebhookDelivery> {
  const { endpointId } = parse(sendTestWebhookInput, input);
  const delivery = await transact(context, async (work) => {
    const { tx, workspaceId, now, newId } = work;
    await lockActiveEndpoint(work, endpointId);
    const state = { status: 'PENDING', attempts: 0, nextAttemptAt: now, createdAt: now } as const;
    return tx.webhookDelivery.create({
      data: { workspaceId, id: newId(), endpointId, eventId: newId(), eventType: TEST_EVENT, ...state },
    });
  });
  context.notify(context.viewer.workspaceId);
  return delivery;
}
