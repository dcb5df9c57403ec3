import { storedHeaders } from '../../domain/webhooks/custom-headers.js';
import { WebhookDeactivationReason as Reasons } from '../../generated/prisma/enums.js';
import { encodeId } from '../../lib/ids.js';
import { builder } from '../core/builder.js';
import { Node } from '../core/node.js';

const WebhookDeactivationReason = builder.enumType('WebhookDeactivationReason', {
  description: 'Why nothing is sent to an endpoint any more.',
  values: {
    [Reasons.BY_HAND]: { description: 'By updateWebhookEndpoint.' },
    [Reasons.GONE]: { description: 'It answered 410 Gone.' },
    [Reasons.FAILING]: { description: 'Every try has failed for 5 days.' },
  } as const,
});

/** An address that is told of the workspace's events. */
export const WebhookEndpoint = builder.prismaObject('WebhookEndpoint', {
  description: "An address that is told of the workspace's events, as Standard Webhooks has it.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with whk_.', resolve: ({ id }) => encodeId('WebhookEndpoint', id) }),
    url: t.exposeString('url', { description: 'Where deliveries are sent by POST.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    events: t.exposeStringList('events', { description: 'The names of the events that it is told of; * is all.' }),
    headerNames: t.stringList({
      description:
        'The headers of its own that go with each delivery. Their values, which may be secrets, are not shown.',
      resolve: ({ headers }) => Object.keys(storedHeaders(headers)).sort(),
    }),
    active: t.boolean({
      description: 'Whether anything is sent there.',
      resolve: ({ deactivatedAt }) => deactivatedAt === null,
    }),
    deactivatedAt: t.expose('deactivatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when nothing is sent there; null while it is active.',
    }),
    deactivationReason: t.expose('deactivationReason', {
      type: WebhookDeactivationReason,
      nullable: true,
      description: 'Why nothing is sent there; null while it is active.',
    }),
    failingSince: t.expose('failingSince', {
      type: 'DateTime',
      nullable: true,
      description:
        'Since when every try at this url has failed; null where the last one succeeded. After 5 days it is deactivated; they begin anew where nothing was tried for 30 hours.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed by a mutation.' }),
  }),
});
