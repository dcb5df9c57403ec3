import type { Read } from '../db/read.js';
import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import { Prisma } from '../generated/prisma/client.js';

/** An active endpoint, and the work to do for it. */
export type EndpointWork = EndpointKey & {
  /** The last attempt failed. */
  failing: boolean;
  /** The log has events after its position. */
  behind: boolean;
  /** Deliveries are due. */
  due: boolean;
  /** It has as many pending deliveries as are created ahead for an endpoint that does not respond. */
  full: boolean;
};

const MAX_AHEAD = 50;

/** The work for active endpoints that are not failing in these workspaces, or for all active endpoints if null. */
export async function findWork(read: Read, now: Date, workspaceIds: readonly string[] | null): Promise<EndpointWork[]> {
  const within = workspaceIds
    ? Prisma.sql`AND e."failingSince" IS NULL AND e."workspaceId" = ANY(${[...workspaceIds]}::uuid[])`
    : Prisma.empty;
  return read<EndpointWork>`
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
