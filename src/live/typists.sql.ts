import type { Database } from '../db/client.js';
import type { Typing } from './typists.js';

/** Of those who were known to type, who has sent a message since. */
export async function whoWrote(
  { read }: Pick<Database, 'read'>,
  workspaceId: string,
  typists: readonly Typing[],
): Promise<Typing[]> {
  if (typists.length === 0) return [];
  const rows = typists.map(({ conversationId, actor, at }, index) => ({
    index,
    conversationId,
    actorId: actor.id,
    at,
  }));
  const wrote = await read<{ index: number }>`
    SELECT t.index FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS t(
      index int, "conversationId" uuid, "actorId" uuid, at timestamptz)
    JOIN "Participant" p ON p."workspaceId" = ${workspaceId}::uuid AND p."conversationId" = t."conversationId"
      AND p."actorId" = t."actorId" AND p."leftAt" IS NULL
    WHERE p."lastMessageAt" >= t.at`;
  const indexes = new Set(wrote.map(({ index }) => index));
  return typists.filter((_, index) => indexes.has(index));
}
