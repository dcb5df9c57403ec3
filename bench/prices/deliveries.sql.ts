import { withClient } from '../harness/database.js';

const DELIVERIES = 50;
const BODY_BYTES = 4_000;

/** Adds deliveries of the newest events to an endpoint, as if a receiver had taken them. */
export async function addDeliveries(url: string, workspaceId: string, endpointId: string): Promise<void> {
  await withClient(url, (client) =>
    client.query(
      `INSERT INTO "WebhookDelivery" ("workspaceId", id, "endpointId", "eventId", "eventType", position, "conversationId",
         status, attempts, "lastAttemptAt", "durationMs", "statusCode", "responseBody", body, "createdAt")
       SELECT e."workspaceId", gen_random_uuid(), $2, e.id, e.type, e.position, e."conversationId", 'SUCCEEDED', 1, now(), 20,
         200, '{"ok":true}', repeat('{"text":"Hello"}', ${BODY_BYTES} / 16), now()
       FROM "Event" e WHERE e."workspaceId" = $1 ORDER BY e.position DESC LIMIT ${DELIVERIES}`,
      [workspaceId, endpointId],
    ),
  );
}
