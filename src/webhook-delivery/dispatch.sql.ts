import { anyIn } from '../db/any-in.js';
import type { SqlClient } from '../db/client.js';
import type { WebhookDelivery, WebhookEndpoint } from '../generated/prisma/client.js';

/** Endpoints of a workspace; `once`: for one batch of events instead of all that are left. */
export type Recipients = { workspaceId: string; endpointIds: readonly string[]; once: boolean };

export type BehindEndpoint = Pick<WebhookEndpoint, 'id' | 'events' | 'position'>;

/** Locks the active ones of these endpoints that are behind the log, except those that another process has locked. */
export async function lockBehind(
  tx: SqlClient,
  { workspaceId, endpointIds }: Recipients,
  limit: number,
): Promise<BehindEndpoint[]> {
  return tx.$queryRaw<BehindEndpoint[]>`
    SELECT e.id, e.events, e.position FROM "WebhookEndpoint" e
    JOIN "EventHead" h ON h."workspaceId" = e."workspaceId" AND h.position > e.position
    WHERE e."workspaceId" = ${workspaceId}::uuid AND e."deactivatedAt" IS NULL
      AND e.id = ${anyIn(endpointIds, 'uuid')}
    ORDER BY e.position, e.id LIMIT ${limit} FOR NO KEY UPDATE OF e SKIP LOCKED`;
}

export type NewDelivery = Pick<WebhookDelivery, 'conversationId' | 'messageId' | 'prospectId'> & {
  id: string;
  endpointId: string;
  eventId: string;
  eventType: string;
  position: number;
};

/** Inserts deliveries that are due immediately. An existing one is queued again by a replay, and otherwise unchanged. */
export async function insertDeliveries(
  tx: SqlClient,
  workspaceId: string,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO "WebhookDelivery" AS d ("workspaceId", id, "endpointId", "eventId", "eventType", position,
      "conversationId", "messageId", "prospectId", status, attempts, "nextAttemptAt", "createdAt")
    SELECT ${workspaceId}::uuid, r.id, r."endpointId", r."eventId", r."eventType", r.position, r."conversationId",
      r."messageId", r."prospectId", 'PENDING', 0, ${now}, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(deliveries)}::jsonb) AS r(
      id uuid, "endpointId" uuid, "eventId" uuid, "eventType" text, position bigint, "conversationId" uuid, "messageId" uuid,
      "prospectId" uuid)
    ORDER BY r."endpointId", r.position
    ON CONFLICT ("workspaceId", "endpointId", "eventId") DO UPDATE
      SET status = 'PENDING', attempts = 0, "nextAttemptAt" = excluded."nextAttemptAt", "claimedUntil" = NULL
      WHERE excluded.position <= (SELECT e."replayUntil" FROM "WebhookEndpoint" e
        WHERE e."workspaceId" = d."workspaceId" AND e.id = d."endpointId")`;
}

/** Records the position in the log up to which deliveries of these endpoints exist. */
export async function advancePositions(
  tx: SqlClient,
  workspaceId: string,
  ids: string[],
  position: number,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "WebhookEndpoint" SET position = ${position}
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${anyIn(ids, 'uuid')}`;
}
