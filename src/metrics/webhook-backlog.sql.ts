import type { Database } from '../db/client.js';

type Backlog = { due: number; retrying: number; oldestSeconds: number };

/** Beyond this the exact number does not matter. */
const MAX_COUNTED = 100_000;

/** The deliveries that active endpoints are still to get, as far as they exist, and how long the oldest has been due. */
export async function webhookBacklog({ read }: Pick<Database, 'read'>, now: Date): Promise<Backlog> {
  const [backlog] = await read<Backlog>`
    SELECT count(*) FILTER (WHERE p."nextAttemptAt" <= ${now})::int AS due,
      count(*) FILTER (WHERE p."nextAttemptAt" > ${now})::int AS retrying,
      greatest(0, coalesce(extract(epoch FROM ${now}::timestamptz - min(p."nextAttemptAt")), 0))::float8 AS "oldestSeconds"
    FROM (
      SELECT d."nextAttemptAt" FROM "WebhookEndpoint" e
      JOIN "WebhookDelivery" d
        ON d."workspaceId" = e."workspaceId" AND d."endpointId" = e.id AND d.status = 'PENDING'
      WHERE e."deactivatedAt" IS NULL LIMIT ${MAX_COUNTED}
    ) p`;
  return backlog ?? { due: 0, retrying: 0, oldestSeconds: 0 };
}
