import type { SqlClient } from '../db/client.js';
import type { EventHead } from '../generated/prisma/client.js';
import type { LogEvent, LogPlace } from './log-event.js';

export type Head = LogPlace & { workspaceId: string };

/** Where the logs of these workspaces end, in one statement. */
export async function readHeads({ prisma }: { prisma: SqlClient }, workspaceIds: string[]): Promise<Head[]> {
  const rows = await prisma.$queryRaw<EventHead[]>`
    SELECT * FROM "EventHead" WHERE "workspaceId" = ANY(${workspaceIds}::uuid[])`;
  return rows.map(({ workspaceId, position, eventId }) => ({ workspaceId, position: Number(position), eventId }));
}

/** Where the log of one workspace ends. */
export async function readHead(database: { prisma: SqlClient }, workspaceId: string): Promise<LogPlace> {
  const [head] = await readHeads(database, [workspaceId]);
  return { position: head?.position ?? 0, eventId: head?.eventId ?? null };
}

/** The next events of a workspace behind a position, at most `limit`. */
export async function readLogBehind(
  { prisma }: { prisma: SqlClient },
  workspaceId: string,
  position: number,
  limit: number,
): Promise<LogEvent[]> {
  return prisma.$queryRaw<LogEvent[]>`
    SELECT * FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid AND position > ${position}
    ORDER BY position LIMIT ${limit}`;
}

/**
 * The id of the event at a position behind which the log is whole: of an event that is kept, or the last one that was
 * trimmed. Null at the log's beginning, while nothing was trimmed; undefined where there is no such event.
 */
export async function readEventId(
  { prisma }: { prisma: SqlClient },
  workspaceId: string,
  position: number,
): Promise<string | null | undefined> {
  const [event] = await prisma.$queryRaw<{ id: string | null }[]>`
    SELECT id FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid AND position = ${position}
    UNION ALL
    SELECT "eventId" FROM "EventTrim" WHERE "workspaceId" = ${workspaceId}::uuid AND position = ${position}
    UNION ALL
    SELECT NULL WHERE ${position}::bigint = 0
      AND NOT EXISTS (SELECT FROM "EventTrim" WHERE "workspaceId" = ${workspaceId}::uuid)`;
  return event?.id;
}
