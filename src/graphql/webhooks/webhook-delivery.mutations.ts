import { redeliverWebhook } from '../../domain/webhooks/redeliver-webhook.action.js';
import { type Replay, replayWebhooks } from '../../domain/webhooks/replay-webhooks.action.js';
import { sendTestWebhook } from '../../domain/webhooks/send-test-webhook.action.js';
import type { WebhookDelivery as WebhookDeliveryRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { WebhookDelivery } from './webhook-delivery.type.js';
import { WebhookEndpoint } from './webhook-endpoint.type.js';

function deliveryPayload(mutationName: string) {
  return builder.objectRef<{ delivery: WebhookDeliveryRow }>(`${mutationName}Payload`).implement({
    description: 'The delivery, which is tried at once.',
    fields: (t) => ({
      delivery: t.field({
        type: WebhookDelivery,
        description: 'The delivery, PENDING until it is tried.',
        resolve: ({ delivery }) => delivery,
      }),
    }),
  });
}

const SendTestWebhookInput = builder.inputType('SendTestWebhookInput', {
  description: 'Which webhook endpoint to test.',
  fields: (t) => ({ endpointId: t.id({ required: true, description: 'Begins with whk_.' }) }),
});

addMutation('sendTestWebhook', {
  description:
    'Sends a webhook endpoint an event of the type webhook.test, signed and tried like any other, whatever events it has chosen. ConflictError where it is deactivated.',
  permission: 'administer',
  input: SendTestWebhookInput,
  payload: deliveryPayload('SendTestWebhook'),
  resolve: async (input, context) => ({ delivery: await sendTestWebhook(context, input) }),
});

const RedeliverWebhookInput = builder.inputType('RedeliverWebhookInput', {
  description: 'What to deliver again.',
  fields: (t) => ({ deliveryId: t.id({ required: true, description: 'Begins with dlv_.' }) }),
});

addMutation('redeliverWebhook', {
  description:
    'Tries a delivery again at once (where the endpoint fails, within 10 seconds), also one that succeeded: under the same webhook-id, with the same body where that was not erased. ConflictError where the endpoint is deactivated, or nothing is left to send.',
  permission: 'administer',
  input: RedeliverWebhookInput,
  payload: deliveryPayload('RedeliverWebhook'),
  resolve: async (input, context) => ({ delivery: await redeliverWebhook(context, input) }),
});

const ReplayWebhooksInput = builder.inputType('ReplayWebhooksInput', {
  description: 'From where in the log to deliver again.',
  fields: (t) => ({
    endpointId: t.id({ required: true, description: 'Begins with whk_.' }),
    after: t.string({
      required: true,
      description:
        'The cursor of the last event that arrived, or an eventCursor. CURSOR_EXPIRED where the log no longer has what follows it.',
    }),
  }),
});

addMutation('replayWebhooks', {
  description:
    'Delivers all events behind a cursor to a webhook endpoint again: those that it missed, as while it was deactivated, and those that it got, under the same webhook-id. ConflictError where it is deactivated.',
  permission: 'administer',
  input: ReplayWebhooksInput,
  payload: builder.objectRef<Replay>('ReplayWebhooksPayload').implement({
    description: 'What is delivered again.',
    fields: (t) => ({
      webhookEndpoint: t.field({
        type: WebhookEndpoint,
        description: 'The endpoint.',
        resolve: ({ webhookEndpoint }) => webhookEndpoint,
      }),
      eventCount: t.exposeInt('eventCount', {
        description: 'How many events the log has behind the cursor; those that the endpoint has chosen are delivered.',
      }),
    }),
  }),
  resolve: (input, context) => replayWebhooks(context, input),
});
