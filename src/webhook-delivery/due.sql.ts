import type { SqlClient } from '../db/client.js';
import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import { Prisma } from '../generated/prisma/client.js';

/** An active endpoint, and what there is to do for it. */
export type EndpointWork = EndpointKey & {
  /** The last try failed. */
  failing: boolean;
  /** The log has events that it has not been given. */
  behind: boolean;
  /** There are deliveries to be tried. */
  due: boolean;
  /** As many deliveries wait to be tried as are made ahead for an endpoint that does not answer. */
  full: boolean;
};

const MAX_AHEAD = 50;

/** What there is to do for the active endpoints of these workspaces that do not fail, or for all. */
export async function findWork(
  prisma: SqlClient,
  now: Date,
  workspaceIds: readonly string[] | null,
): Promise<EndpointWork[]> {
  const within = workspaceIds
    ? Prisma.sql`AND e."failingSince" IS NULL AND e."workspaceId" = ANY(${[...workspaceIds]}::uuid[])`
    : Prisma.empty;
  return prisma.$queryRaw<EndpointWork[]>`
    SELECT e."workspaceId", e.id AS "endpointId", e."failingSince" IS NOT NULL AS failing, h.position > e.position AS behind,
      EXISTS (SELECT FROM "WebhookDelivery" d
        WHERE d."workspaceId" = e."workspaceId" AND d."endpointId" = e.id AND d.status = 'PENDING'
          AND d."nextAttemptAt" <= ${now} AND (d."claimedUntil" IS NULL OR d."claimedUntil" <= ${now})) AS due,
      EXISTS (SELECT FROM "WebhookDelivery" d
        WHERE d."workspaceId" = e."workspaceId" AND d."endpointId" = e.id AND d.status = 'PENDING'
        OFFSET ${MAX_AHEAD - 1}) AS full
    FROM "WebhookEndpoint" e JOIN "EventHead" h ON h."workspaceId" = e."workspaceId"
    WHERE e."deactivatedAt" IS NULL ${within}`;
}
