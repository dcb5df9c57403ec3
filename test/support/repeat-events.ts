import { uuidOf } from './ids.js';
import type { TestServer, TestWorkspace } from './parley.js';

/** Adds events to a log as if its last `of` had happened again and again, in their order. */
export async function repeatEvents(
  { database }: Pick<TestServer, 'database'>,
  { id }: Pick<TestWorkspace, 'id'>,
  { count, of }: { count: number; of: number },
): Promise<void> {
  const workspaceId = uuidOf(id);
  await database.prisma.$executeRaw`
    WITH head AS (
      UPDATE "EventHead" SET position = position + ${count} WHERE "workspaceId" = ${workspaceId}::uuid
      RETURNING position - ${count} AS before
    ), added AS (
      INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "contactId", "ownerId", "actorType",
        payload, "occurredAt")
      SELECT e."workspaceId", head.before + n, gen_random_uuid(), e.type, e."conversationId", e."contactId", e."ownerId",
        e."actorType", e.payload, e."occurredAt"
      FROM head, generate_series(1, ${count}::int) AS n
      JOIN "Event" e ON e."workspaceId" = ${workspaceId}::uuid
      WHERE e.position = head.before - ${of} + 1 + (n - 1) % ${of}
    )
    SELECT FROM head`;
  await database.prisma.$executeRaw`
    UPDATE "EventHead" h SET "eventId" = e.id FROM "Event" e
    WHERE h."workspaceId" = ${workspaceId}::uuid AND e."workspaceId" = h."workspaceId" AND e.position = h.position`;
}
