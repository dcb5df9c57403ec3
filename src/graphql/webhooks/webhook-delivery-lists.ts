import type { Ordering } from '../../db/keyset.js';
import { deliveriesThat } from '../../domain/webhooks/webhook-delivery.sql.js';
import { Prisma, type WebhookDelivery as WebhookDeliveryRow } from '../../generated/prisma/client.js';
import type { DeliveryStatus as Status } from '../../generated/prisma/enums.js';
import { builder } from '../core/builder.js';
import { pageComplexity } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { perOperation } from '../core/context.js';
import { createPageLoader, type PageLoader } from '../core/page-loader.js';
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

/** The deliveries of an endpoint, one loader for each status that is asked for. */
const deliveriesOf = perOperation(({ database, viewer, cursors }) => {
  const loaders = new Map<Status | null, PageLoader<WebhookDeliveryRow>>();
  const load = (status: Status | null) => {
    const matching = deliveriesThat(status, viewer.workspaceId);
    return createPageLoader<WebhookDeliveryRow>(
      {
        ordering: newestFirst,
        parentOf: ({ endpointId }) => endpointId,
        fetch: (endpointIds, { where, tail }) => database.prisma.$queryRaw`
          SELECT page.* FROM unnest(${endpointIds}::uuid[]) AS parent(id) CROSS JOIN LATERAL (
            SELECT d.* FROM "WebhookDelivery" d WHERE ${matching} AND d."endpointId" = parent.id AND ${where} ${tail}
          ) page`,
        count: (endpointIds) => database.prisma.$queryRaw`
          SELECT d."endpointId" AS "parentId", count(*)::int AS count FROM "WebhookDelivery" d
          WHERE ${matching} AND d."endpointId" = ANY(${endpointIds}::uuid[]) GROUP BY 1`,
      },
      cursors,
    );
  };
  return (status: Status | null) => {
    const loader = loaders.get(status) ?? load(status);
    loaders.set(status, loader);
    return loader;
  };
});

builder.prismaObjectField(WebhookEndpoint, 'deliveries', (t) =>
  t.field({
    type: WebhookDeliveryConnection,
    complexity: pageComplexity,
    description: 'What was and is to be delivered there, newest first.',
    args: {
      ...pageArgs(t.arg),
      status: t.arg({ type: DeliveryStatus, description: 'Only those that stand so.' }),
    },
    resolve: ({ id }, { status, ...args }, context) => deliveriesOf(context)(status ?? null)(id, args),
  }),
);
