import {
  createWebhookEndpoint,
  createWebhookEndpointInput,
  type EndpointWithSecret,
} from '../../domain/webhooks/create-webhook-endpoint.action.js';
import {
  type DeletedEndpoint,
  deleteWebhookEndpoint,
  deleteWebhookEndpointInput,
} from '../../domain/webhooks/delete-webhook-endpoint.action.js';
import { rotateWebhookSecret, rotateWebhookSecretInput } from '../../domain/webhooks/rotate-webhook-secret.action.js';
import {
  updateWebhookEndpoint,
  updateWebhookEndpointInput,
} from '../../domain/webhooks/update-webhook-endpoint.action.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { payload } from '../core/payload.js';
import { WebhookEndpoint } from './webhook-endpoint.type.js';

function secretPayload(mutationName: string, description: string) {
  return builder.objectRef<EndpointWithSecret>(`${mutationName}Payload`).implement({
    description,
    fields: (t) => ({
      webhookEndpoint: t.field({
        type: WebhookEndpoint,
        description: 'The endpoint after the mutation.',
        resolve: ({ webhookEndpoint }) => webhookEndpoint,
      }),
      secret: t.exposeString('secret', {
        description: 'The secret with which the receiver verifies signatures. Begins with `whsec_`. Shown only once.',
      }),
    }),
  });
}

mutation('createWebhookEndpoint', {
  description:
    'Creates a webhook endpoint, which receives events from now on, and returns its secret. ConflictError if the workspace has 200 endpoints.',
  permission: 'administer',
  audits: ['webhookEndpoint.created'],
  repeats: 'NEVER',
  input: createWebhookEndpointInput,
  payload: secretPayload('CreateWebhookEndpoint', 'The new endpoint and its secret.'),
  resolve: (input, context) => createWebhookEndpoint(context, input),
});

mutation('updateWebhookEndpoint', {
  description: 'Changes, deactivates or activates a webhook endpoint.',
  permission: 'administer',
  audits: ['webhookEndpoint.updated'],
  input: updateWebhookEndpointInput,
  payload: payload('UpdateWebhookEndpoint', 'webhookEndpoint', WebhookEndpoint, 'The endpoint after the mutation.'),
  resolve: async (input, context) => ({ webhookEndpoint: await updateWebhookEndpoint(context, input) }),
});

mutation('deleteWebhookEndpoint', {
  description: 'Deletes a webhook endpoint and all its deliveries, including pending ones.',
  permission: 'administer',
  audits: ['webhookEndpoint.deleted'],
  input: deleteWebhookEndpointInput,
  payload: builder.objectRef<DeletedEndpoint>('DeleteWebhookEndpointPayload').implement({
    description: 'The deleted endpoint.',
    fields: (t) => ({
      deletedWebhookEndpointId: t.exposeID('deletedWebhookEndpointId', {
        description: 'The id of the deleted endpoint.',
      }),
    }),
  }),
  resolve: (input, context) => deleteWebhookEndpoint(context, input),
});

mutation('rotateWebhookSecret', {
  description:
    'Gives a webhook endpoint a new secret and returns it. For 24 hours the old secret signs deliveries too, so that the receiver can switch. ConflictError if five old secrets still sign.',
  permission: 'administer',
  audits: ['webhookEndpoint.secretRotated'],
  repeats: 'NEVER',
  input: rotateWebhookSecretInput,
  payload: secretPayload('RotateWebhookSecret', 'The endpoint and its new secret.'),
  resolve: (input, context) => rotateWebhookSecret(context, input),
});
