import type { Database } from '../db/client.js';

/** Workspaces whose oldest event, other than the newest, is from before a time: the next 500 after `after`, by id. */
export async function workspacesToTrim({ prisma }: Database, before: Date, after: string | null): Promise<string[]> {
  const rows = await prisma.$queryRaw<{ workspaceId: string }[]>`
    SELECT h."workspaceId" FROM "EventHead" h CROSS JOIN LATERAL (
      SELECT e.position, e."occurredAt" FROM "Event" e WHERE e."workspaceId" = h."workspaceId" ORDER BY e.position LIMIT 1
    ) oldest
    WHERE (${after}::uuid IS NULL OR h."workspaceId" > ${after}::uuid)
      AND oldest."occurredAt" < ${before} AND oldest.position < h.position
    ORDER BY h."workspaceId" LIMIT 500`;
  return rows.map(({ workspaceId }) => workspaceId);
}

/**
 * Removes the oldest events of a workspace from the log, up to the first one that is not from before a time and at most
 * `limit`, and records up to which position. The newest event always stays, so that a reader can tell that events are
 * missing. Events for which an active webhook endpoint has no deliveries yet stay too; once deliveries exist, their
 * receivers are not waited for. Returns how many events were removed.
 */
export async function trimLog({ prisma }: Database, workspaceId: string, before: Date, limit: number): Promise<number> {
  return prisma.$executeRaw`
    WITH oldest AS MATERIALIZED (
      SELECT e.position, e.id, e."occurredAt" FROM "Event" e JOIN "EventHead" h ON h."workspaceId" = e."workspaceId"
      WHERE e."workspaceId" = ${workspaceId}::uuid AND e.position < h.position
        AND e.position <= (
          SELECT coalesce(min(w.position), h.position) FROM "WebhookEndpoint" w
          WHERE w."workspaceId" = ${workspaceId}::uuid AND w."deactivatedAt" IS NULL)
      ORDER BY e.position LIMIT ${limit}
    ), kept AS (
      SELECT min(position) AS position FROM oldest WHERE "occurredAt" >= ${before}
    ), last AS (
      SELECT oldest.position, oldest.id FROM oldest, kept
      WHERE kept.position IS NULL OR oldest.position < kept.position
      ORDER BY oldest.position DESC LIMIT 1
    ), boundary AS (
      INSERT INTO "EventTrim" ("workspaceId", position, "eventId")
      SELECT ${workspaceId}::uuid, position, id FROM last
      ON CONFLICT ("workspaceId") DO UPDATE SET position = excluded.position, "eventId" = excluded."eventId"
        WHERE "EventTrim".position < excluded.position
    )
    DELETE FROM "Event" e USING last WHERE e."workspaceId" = ${workspaceId}::uuid AND e.position <= last.position`;
}
