import type { Database } from '../db/client.js';
import type { EventHead } from '../generated/prisma/client.js';
import type { LogEvent } from './log-event.js';

export type Head = { workspaceId: string; position: number; eventId: string | null };

/** Where the logs of these workspaces end, in one statement. */
export async function readHeads({ prisma }: Database, workspaceIds: string[]): Promise<Head[]> {
  const rows = await prisma.$queryRaw<EventHead[]>`
    SELECT * FROM "EventHead" WHERE "workspaceId" = ANY(${workspaceIds}::uuid[])`;
  return rows.map(({ workspaceId, position, eventId }) => ({ workspaceId, position: Number(position), eventId }));
}

/** The next events of a workspace behind a position, at most `limit`. */
export async function readLogBehind(
  { prisma }: Database,
  workspaceId: string,
  position: number,
  limit: number,
): Promise<LogEvent[]> {
  return prisma.$queryRaw<LogEvent[]>`
    SELECT * FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid AND position > ${position}
    ORDER BY position LIMIT ${limit}`;
}
