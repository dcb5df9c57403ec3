import { uuidOf } from './ids.js';
import type { TestServer, TestWorkspace } from './parley.js';

/**
 * What is compared of a table, where that is not its rows: changes of counts are replaced by their sum at any time, also
 * by the job of another test.
 */
const compared: Record<string, string> = {
  ConversationCount: `(SELECT "workspaceId", status, "assigneeUserId", "assigneeBotId", sum(change) AS change
    FROM "ConversationCount" GROUP BY 1, 2, 3, 4 HAVING sum(change) <> 0)`,
};

/**
 * A digest of all rows of a workspace, by table: equal before and after where nothing was written. When a key was last
 * used is left out.
 */
export async function digestRows(
  { database }: Pick<TestServer, 'database'>,
  { id }: Pick<TestWorkspace, 'id'>,
): Promise<Record<string, string>> {
  const tables = await database.prisma.$queryRaw<{ name: string }[]>`
    SELECT table_name AS name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'workspaceId' ORDER BY 1`;
  const digests = tables.map(
    ({
      name,
    }) => `SELECT '${name}' AS name, (SELECT count(*) || ' ' || coalesce(md5(string_agg(row, ',' ORDER BY row)), '')
      FROM (SELECT (to_jsonb(t) - 'lastUsedAt')::text AS row FROM ${compared[name] ?? `"${name}"`} t
        WHERE "workspaceId" = $1::uuid) AS rows) AS digest`,
  );
  const rows = await database.prisma.$queryRawUnsafe<{ name: string; digest: string }[]>(
    digests.join(' UNION ALL '),
    uuidOf(id),
  );
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}
