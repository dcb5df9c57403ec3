import type { PrismaClient } from '../../generated/prisma/client.js';

/** From how many changes on those of a workspace are added up. */
const MANY = 50;

/**
 * Adds up the changes of the counts of workspaces that have many, which leaves a row for each status and assignee. Those
 * that are made meanwhile stay. Returns how many rows it has replaced.
 */
export async function addUpCounts(prisma: Pick<PrismaClient, '$queryRaw'>, many = MANY): Promise<number> {
  const [done] = await prisma.$queryRaw<{ rows: number }[]>`
    WITH crowded AS (SELECT "workspaceId" FROM "ConversationCount" GROUP BY 1 HAVING count(*) >= ${many}),
    gone AS (DELETE FROM "ConversationCount" c USING crowded WHERE c."workspaceId" = crowded."workspaceId" RETURNING c.*),
    sums AS (INSERT INTO "ConversationCount" ("workspaceId", status, "assigneeUserId", "assigneeBotId", change)
      SELECT "workspaceId", status, "assigneeUserId", "assigneeBotId", sum(change)::int
      FROM gone GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0)
    SELECT count(*)::int AS rows FROM gone`;
  return done?.rows ?? 0;
}
