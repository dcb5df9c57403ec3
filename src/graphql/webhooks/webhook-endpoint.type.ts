import { headerNames } from '../../domain/webhooks/custom-headers.js';
import { WebhookDeactivationReason as Reasons } from '../../generated/prisma/enums.js';
import { builder, Node, publicId } from '../core/builder.js';

const WebhookDeactivationReason = builder.enumType('WebhookDeactivationReason', {
  description: 'Why an endpoint was deactivated.',
  values: {
    [Reasons.BY_HAND]: { description: 'Deactivated by updateWebhookEndpoint.' },
    [Reasons.GONE]: { description: 'The receiver answered 410 Gone.' },
    [Reasons.FAILING]: { description: 'Every attempt failed for 5 days.' },
  } as const,
});

export const WebhookEndpoint = builder.prismaObject('WebhookEndpoint', {
  description: "A URL that receives the workspace's events as Standard Webhooks.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('WebhookEndpoint')),
    url: t.exposeString('url', { description: 'Where deliveries are sent, by POST.' }),
    description: t.exposeString('description', { nullable: true, description: 'What the endpoint is for.' }),
    events: t.exposeStringList('events', {
      description: 'The names of the events that it receives, at most 50; * is all but note.added and note.updated.',
    }),
    headerNames: t.stringList({
      description:
        "The names of the endpoint's own headers, at most 20, which are sent with each delivery. Their values may be secrets and are not shown.",
      resolve: ({ headers }) => headerNames(headers).sort(),
    }),
    active: t.boolean({
      description: 'Whether it receives events.',
      resolve: ({ deactivatedAt }) => deactivatedAt === null,
    }),
    deactivatedAt: t.expose('deactivatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was deactivated. null while it is active.',
    }),
    deactivationReason: t.expose('deactivationReason', {
      type: WebhookDeactivationReason,
      nullable: true,
      description: 'Why it was deactivated. null while it is active.',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when every attempt at this URL has failed. null if the last one succeeded. After 5 days the endpoint is deactivated; the 5 days restart after 30 hours without an attempt.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the endpoint was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When a mutation last changed the endpoint.' }),
  }),
});
