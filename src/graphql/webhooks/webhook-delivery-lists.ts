import type { Ordering } from '../../db/keyset.js';
import { deliveriesWith } from '../../domain/webhooks/webhook-delivery.sql.js';
import { Prisma, type WebhookDelivery as WebhookDeliveryRow } from '../../generated/prisma/client.js';
import type { DeliveryStatus as Status } from '../../generated/prisma/enums.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { perOperation } from '../core/context.js';
import { type PageLoader, pageLoader } from '../core/nested-pages.js';
import { DeliveryStatus, WebhookDelivery } from './webhook-delivery.type.js';
import { WebhookEndpoint } from './webhook-endpoint.type.js';

const WebhookDeliveryConnection = connectionType('WebhookDelivery', WebhookDelivery, 'deliveries');

const newestFirst: Ordering<WebhookDeliveryRow> = {
  name: 'webhookDeliveries',
  column: Prisma.sql`d.id`,
  type: 'uuid',
  descending: true,
  value: ({ id }) => id,
  tiebreak: null,
};

/** Loads the deliveries of endpoints, with one loader for each status that is asked for. */
const deliveriesOf = perOperation((context) => {
  const loaders = new Map<Status | null, PageLoader<WebhookDeliveryRow>>();
  const createLoader = (status: Status | null) =>
    pageLoader<WebhookDeliveryRow>(context, {
      ordering: newestFirst,
      columns: Prisma.sql`d.*`,
      from: Prisma.sql`"WebhookDelivery" d WHERE ${deliveriesWith(status, context.viewer.workspaceId)}`,
      parent: Prisma.sql`d."endpointId"`,
      parentOf: ({ endpointId }) => endpointId,
    });
  return (status: Status | null) => {
    const loader = loaders.get(status) ?? createLoader(status);
    loaders.set(status, loader);
    return loader;
  };
});

builder.prismaObjectField(WebhookEndpoint, 'deliveries', (t) =>
  t.field({
    type: WebhookDeliveryConnection,
    complexity: pageComplexity(rowWeight.delivery),
    description: 'The deliveries to the endpoint, newest first.',
    args: {
      ...pageArgs(t.arg),
      status: t.arg({ type: DeliveryStatus, description: 'Only deliveries with this status.' }),
    },
    resolve: ({ id }, { status, ...args }, context) => deliveriesOf(context)(status ?? null)(id, args),
  }),
);
