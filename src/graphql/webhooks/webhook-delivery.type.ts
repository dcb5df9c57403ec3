import type { LogEvent } from '../../event-log/log-event.js';
import { DeliveryStatus as Statuses } from '../../generated/prisma/enums.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { builder } from '../core/builder.js';
import { Node } from '../core/node.js';
import { rowLoader } from '../core/row-loader.js';
import { ConversationEvent } from '../events/event.type.js';
import { webhookEndpointsById } from './webhook-endpoint.loader.js';
import { WebhookEndpoint } from './webhook-endpoint.type.js';

export const DeliveryStatus = builder.enumType('DeliveryStatus', {
  description: 'How a delivery stands.',
  values: {
    [Statuses.PENDING]: { description: 'It is still to be tried, for the first time or again.' },
    [Statuses.SUCCEEDED]: { description: 'The receiver answered with a status from 200 to 299.' },
    [Statuses.FAILED]: { description: 'It is not tried any more; errorMessage says why the last try failed.' },
  } as const,
});

const eventsById = rowLoader<LogEvent>('Event');

/** One event on its way to one endpoint. */
export const WebhookDelivery = builder.prismaObject('WebhookDelivery', {
  description: 'One event on its way to one endpoint. Kept for 30 days.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with dlv_.', resolve: ({ id }) => encodeId('WebhookDelivery', id) }),
    webhookEndpoint: t.field({
      type: WebhookEndpoint,
      description: 'Where it goes.',
      resolve: async ({ endpointId }, _args, context) => {
        const endpoint = await webhookEndpointsById(context).load(endpointId);
        if (!endpoint) throw new NotFoundError('webhook endpoint', encodeId('WebhookEndpoint', endpointId));
        return endpoint;
      },
    }),
    eventId: t.id({
      description: 'The event, or the test; what receivers get as webhook-id, the same at every try.',
      resolve: ({ eventId }) => encodeId('Event', eventId),
    }),
    eventType: t.exposeString('eventType', { description: 'The name that the event is sent under.' }),
    event: t.field({
      type: ConversationEvent,
      nullable: true,
      description: 'The event; null once the log is trimmed, and for a test.',
      resolve: ({ eventId, position }, _args, context) =>
        position === null ? null : eventsById(context).load(eventId),
    }),
    status: t.expose('status', { type: DeliveryStatus, description: 'How it stands.' }),
    attempts: t.exposeInt('attempts', {
      description: 'How often it was tried since it was last queued: 9 times at most.',
    }),
    statusCode: t.exposeInt('statusCode', {
      nullable: true,
      description: 'The HTTP status of the last try; null where there was no answer.',
    }),
    errorMessage: t.exposeString('errorMessage', {
      nullable: true,
      description: 'Why the last try failed; null where it succeeded.',
    }),
    responseBody: t.exposeString('responseBody', {
      nullable: true,
      description: "The first 1024 bytes of the last try's answer; null where there was none, and once erased.",
    }),
    durationMs: t.exposeInt('durationMs', { nullable: true, description: 'How many milliseconds the last try took.' }),
    lastAttemptAt: t.expose('lastAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last try ended.',
    }),
    nextAttemptAt: t.expose('nextAttemptAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is tried next; null where it is not.',
    }),
    body: t.exposeString('body', {
      nullable: true,
      description: 'What is sent; null until it was first written, and erased when what it tells of is deleted.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});
