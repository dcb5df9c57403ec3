import type { LogEvent } from '../../event-log/log-event.js';
import { DeliveryStatus as Statuses } from '../../generated/prisma/enums.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { builder, Node, publicId } from '../core/builder.js';
import { rowLoader } from '../core/row-loader.js';
import { ConversationEvent } from '../events/event.type.js';
import { findShownEndpoint } from './webhook-endpoint.loader.js';
import { WebhookEndpoint } from './webhook-endpoint.type.js';

export const DeliveryStatus = builder.enumType('DeliveryStatus', {
  description: 'The status of a delivery.',
  values: {
    [Statuses.PENDING]: { description: 'Waiting for its first or next attempt.' },
    [Statuses.SUCCEEDED]: { description: 'The receiver answered with an HTTP status from 200 to 299.' },
    [Statuses.FAILED]: { description: 'Given up. errorMessage says why.' },
  } as const,
});

const eventsById = rowLoader<LogEvent>('Event');

export const WebhookDelivery = builder.prismaObject('WebhookDelivery', {
  description: 'The delivery of one event to one endpoint. Kept for 30 days.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('WebhookDelivery')),
    webhookEndpoint: t.field({
      type: WebhookEndpoint,
      description: 'The endpoint it is sent to.',
      resolve: async ({ endpointId }, _args, context) => {
        const endpoint = await findShownEndpoint(context, endpointId);
        if (!endpoint) throw new NotFoundError('webhook endpoint', encodeId('WebhookEndpoint', endpointId));
        return endpoint;
      },
    }),
    eventId: t.id({
      description: 'The id of the event or test. Receivers get it as webhook-id; it is the same in every attempt.',
      resolve: ({ eventId }) => encodeId('Event', eventId),
    }),
    eventType: t.exposeString('eventType', { description: 'The name under which the event is sent.' }),
    event: t.field({
      type: ConversationEvent,
      nullable: true,
      description: 'The event. null for a test, and once the log no longer has the event.',
      resolve: ({ eventId, position }, _args, context) =>
        position === null ? null : eventsById(context).load(eventId),
    }),
    status: t.expose('status', { type: DeliveryStatus, description: 'The status of the delivery.' }),
    attempts: t.exposeInt('attempts', {
      description: 'Number of attempts since it was last queued; at most 9.',
    }),
    statusCode: t.exposeInt('statusCode', {
      nullable: true,
      description: 'The HTTP status of the last attempt. null if there was no response.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'Why the last attempt failed. null if it succeeded.',
    }),
    responseBody: t.exposeString('responseBody', {
      nullable: true,
      description: 'The first 1024 bytes of the response to the last attempt. null if there was none, and once erased.',
    }),
    durationMs: t.exposeInt('durationMs', {
      nullable: true,
      description: 'How long the last attempt took, in milliseconds.',
    }),
    lastAttemptAt: t.expose('lastAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last attempt ended.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next attempt is due. null if there is none.',
    }),
    body: t.exposeString('body', {
      nullable: true,
      description:
        'The body that is sent. null before the first attempt, and once erased because its content was deleted.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the delivery was created.' }),
  }),
});
