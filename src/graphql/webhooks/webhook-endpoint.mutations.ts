import {
  createWebhookEndpoint,
  type EndpointWithSecret,
} from '../../domain/webhooks/create-webhook-endpoint.action.js';
import { type DeletedEndpoint, deleteWebhookEndpoint } from '../../domain/webhooks/delete-webhook-endpoint.action.js';
import { rotateWebhookSecret } from '../../domain/webhooks/rotate-webhook-secret.action.js';
import { updateWebhookEndpoint } from '../../domain/webhooks/update-webhook-endpoint.action.js';
import type { WebhookEndpoint as WebhookEndpointRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { WebhookEndpoint } from './webhook-endpoint.type.js';

const descriptions = {
  url: 'Where to send: an absolute https address of at most 2048 characters with the port 80, 443 or one from 8000 to 9999, without user name or password. Outside production also http. Addresses that are not public are refused unless WEBHOOK_ALLOW_PRIVATE is on; of a name that is checked whenever it is connected to.',
  events:
    'Names of events, such as conversation.closed or message.added; * is all of them. Of the names message.received, .sent, .delivered, .read and .failed (Linktor) each is a part of message.added or message.updated, and is sent only where that is not chosen.',
  description: 'What it is for, at most 500 characters.',
  headers:
    'Headers that go with each delivery, as text by name: at most 20 of at most 2048 visible ASCII characters. Those that HTTP or the server itself needs, such as Host, Content-Type and webhook-*, are refused. The values are never shown again.',
  endpointId: 'Begins with whk_.',
};

function secretPayload(name: string, description: string) {
  return builder.objectRef<EndpointWithSecret>(name).implement({
    description,
    fields: (t) => ({
      webhookEndpoint: t.field({
        type: WebhookEndpoint,
        description: 'The endpoint as it is now.',
        resolve: ({ webhookEndpoint }) => webhookEndpoint,
      }),
      secret: t.exposeString('secret', {
        description: 'What the receiver verifies signatures with; begins with whsec_. Shown once.',
      }),
    }),
  });
}

const CreateWebhookEndpointInput = builder.inputType('CreateWebhookEndpointInput', {
  description: 'A new webhook endpoint.',
  fields: (t) => ({
    url: t.string({ required: true, description: descriptions.url }),
    events: t.stringList({ required: true, description: descriptions.events }),
    description: t.string({ description: descriptions.description }),
    headers: t.field({ type: 'JSONObject', description: descriptions.headers }),
  }),
});

addMutation('createWebhookEndpoint', {
  description:
    'Creates a webhook endpoint, which is told of what happens from now on, and shows its secret, once. ConflictError where the workspace has 200.',
  permission: 'administer',
  input: CreateWebhookEndpointInput,
  payload: secretPayload('CreateWebhookEndpointPayload', 'The new endpoint and its secret.'),
  resolve: (input, context) => createWebhookEndpoint(context, input),
});

const UpdateWebhookEndpointInput = builder.inputType('UpdateWebhookEndpointInput', {
  description: 'Changes to a webhook endpoint; what is left out stays.',
  fields: (t) => ({
    endpointId: t.id({ required: true, description: descriptions.endpointId }),
    url: t.string({ description: descriptions.url }),
    events: t.stringList({ description: descriptions.events }),
    description: t.string({ description: descriptions.description }),
    headers: t.field({ type: 'JSONObject', description: `Instead of all that it has now. ${descriptions.headers}` }),
    active: t.boolean({
      description:
        'false: nothing more is sent there, and what was still to be tried is given up. true: it is told of what happens from now on; replayWebhooks sends what it missed.',
    }),
  }),
});

addMutation('updateWebhookEndpoint', {
  description: 'Changes, deactivates or activates a webhook endpoint.',
  permission: 'administer',
  input: UpdateWebhookEndpointInput,
  payload: builder.objectRef<{ webhookEndpoint: WebhookEndpointRow }>('UpdateWebhookEndpointPayload').implement({
    description: 'The endpoint as it is now.',
    fields: (t) => ({
      webhookEndpoint: t.field({
        type: WebhookEndpoint,
        description: 'The endpoint as it is now.',
        resolve: ({ webhookEndpoint }) => webhookEndpoint,
      }),
    }),
  }),
  resolve: async (input, context) => ({ webhookEndpoint: await updateWebhookEndpoint(context, input) }),
});

const DeleteWebhookEndpointInput = builder.inputType('DeleteWebhookEndpointInput', {
  description: 'Which webhook endpoint to delete.',
  fields: (t) => ({ endpointId: t.id({ required: true, description: descriptions.endpointId }) }),
});

addMutation('deleteWebhookEndpoint', {
  description: 'Deletes a webhook endpoint with all its deliveries, also those still to be tried.',
  permission: 'administer',
  input: DeleteWebhookEndpointInput,
  payload: builder.objectRef<DeletedEndpoint>('DeleteWebhookEndpointPayload').implement({
    description: 'What was deleted.',
    fields: (t) => ({
      deletedWebhookEndpointId: t.exposeID('deletedWebhookEndpointId', { description: 'The endpoint that is gone.' }),
    }),
  }),
  resolve: (input, context) => deleteWebhookEndpoint(context, input),
});

const RotateWebhookSecretInput = builder.inputType('RotateWebhookSecretInput', {
  description: "Which webhook endpoint's secret to replace.",
  fields: (t) => ({ endpointId: t.id({ required: true, description: descriptions.endpointId }) }),
});

addMutation('rotateWebhookSecret', {
  description:
    'Gives a webhook endpoint a new secret and shows it, once. For 24 hours the old one signs deliveries too, so that the receiver can change over; where five old ones do so already, ConflictError.',
  permission: 'administer',
  input: RotateWebhookSecretInput,
  payload: secretPayload('RotateWebhookSecretPayload', 'The endpoint and its new secret.'),
  resolve: (input, context) => rotateWebhookSecret(context, input),
});
