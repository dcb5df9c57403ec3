import { anyIn } from '../db/any-in.js';
import type { SqlClient } from '../db/client.js';
import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import type { LogEvent } from '../event-log/log-event.js';
import type { WebhookEndpoint } from '../generated/prisma/client.js';
import type { Claim } from './attempt.sql.js';

/** An endpoint as it is now, deactivated or not; null if it was deleted. */
export async function readEndpoint(
  prisma: SqlClient,
  { workspaceId, endpointId }: EndpointKey,
): Promise<WebhookEndpoint | null> {
  const [endpoint] = await prisma.$queryRaw<WebhookEndpoint[]>`
    SELECT * FROM "WebhookEndpoint" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${endpointId}::uuid`;
  return endpoint ?? null;
}

/** The events, by id, of deliveries without a body, as far as the log still has them. */
export async function readEvents(
  prisma: SqlClient,
  workspaceId: string,
  claims: readonly Claim[],
): Promise<Map<string, LogEvent>> {
  const ids = claims.flatMap(({ body, eventId }) => (body === null ? [eventId] : []));
  if (ids.length === 0) return new Map();
  const events = await prisma.$queryRaw<LogEvent[]>`
    SELECT * FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${anyIn(ids, 'uuid')}`;
  return new Map(events.map((event) => [event.id, event]));
}
