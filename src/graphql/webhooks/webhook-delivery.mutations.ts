import type { DeliveryToEndpoint } from '../../domain/webhooks/delivery-outcome.js';
import { redeliverWebhook, redeliverWebhookInput } from '../../domain/webhooks/redeliver-webhook.action.js';
import { type Replay, replayWebhooks, replayWebhooksInput } from '../../domain/webhooks/replay-webhooks.action.js';
import { sendTestWebhook, sendTestWebhookInput } from '../../domain/webhooks/send-test-webhook.action.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { mutation } from '../core/mutation.js';
import { payload } from '../core/payload.js';
import { WebhookDelivery } from './webhook-delivery.type.js';
import { holdEndpoint } from './webhook-endpoint.loader.js';
import { WebhookEndpoint } from './webhook-endpoint.type.js';

/** The payload of a delivery. Its endpoint can be shown even if another request deletes it now. */
function shownDelivery(context: Context, { delivery, endpoint }: DeliveryToEndpoint) {
  holdEndpoint(context, endpoint);
  return { delivery };
}

mutation('sendTestWebhook', {
  description:
    'Sends a webhook endpoint a test event of type webhook.test, signed and retried like any other, whatever events the endpoint has selected. ConflictError if the endpoint is deactivated.',
  permission: 'administer',
  audits: [],
  input: sendTestWebhookInput,
  payload: payload('SendTestWebhook', 'delivery', WebhookDelivery, 'The delivery, PENDING until it is sent.'),
  resolve: async (input, context) => shownDelivery(context, await sendTestWebhook(context, input)),
});

mutation('redeliverWebhook', {
  description:
    'Sends a delivery again, even one that succeeded, with the same webhook-id, and with the same body unless that was erased. It is sent immediately, or within 10 seconds if the endpoint is failing. ConflictError if the endpoint is deactivated or nothing is left to send.',
  permission: 'administer',
  audits: [],
  input: redeliverWebhookInput,
  payload: payload('RedeliverWebhook', 'delivery', WebhookDelivery, 'The delivery, PENDING until it is sent.'),
  resolve: async (input, context) => shownDelivery(context, await redeliverWebhook(context, input)),
});

mutation('replayWebhooks', {
  description:
    'Delivers all events after a cursor to a webhook endpoint again: those that it missed, for instance while deactivated, and those that it received, with the same webhook-id. ConflictError if the endpoint is deactivated.',
  permission: 'administer',
  audits: ['webhookEndpoint.replayed'],
  input: replayWebhooksInput,
  payload: builder.objectRef<Replay>('ReplayWebhooksPayload').implement({
    description: 'The endpoint, and how many events are replayed.',
    fields: (t) => ({
      webhookEndpoint: t.field({
        type: WebhookEndpoint,
        description: 'The endpoint after the mutation.',
        resolve: ({ webhookEndpoint }) => webhookEndpoint,
      }),
      eventCount: t.exposeInt('eventCount', {
        description:
          'Number of events in the log after the cursor. Those that the endpoint has selected are delivered.',
      }),
    }),
  }),
  resolve: (input, context) => replayWebhooks(context, input),
});
