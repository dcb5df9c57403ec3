import { uuidOf } from '../../support/ids.js';
import type { TestServer, TestWorkspace } from '../../support/parley.js';

/** The invariants of a workspace's rows, each as a query for the rows that violate it. */
const invariants: Record<string, string> = {
  'positions are dense': `
    SELECT max(position) FROM "Event" WHERE "workspaceId" = $1::uuid HAVING count(*) <> coalesce(max(position), 0)`,
  'the head is the last event': `
    SELECT h.position FROM "EventHead" h WHERE h."workspaceId" = $1::uuid AND h.position > 0 AND NOT EXISTS (
      SELECT FROM "Event" e WHERE e."workspaceId" = h."workspaceId" AND e.position = h.position AND e.id = h."eventId")`,
  // Notes have the number of the message before them.
  'messages are numbered without gaps': `
    SELECT c.id FROM "Conversation" c LEFT JOIN "Message" m
      ON m."workspaceId" = c."workspaceId" AND m."conversationId" = c.id AND m.visibility = 'PUBLIC'
    WHERE c."workspaceId" = $1::uuid GROUP BY c.id, c."messageCount", c."inboundCount"
    HAVING count(m) <> c."messageCount" OR coalesce(max(m.seq), 0) <> c."messageCount"
      OR count(m) FILTER (WHERE m.direction = 'INBOUND') <> c."inboundCount"`,
  'only a closed conversation has a closure, only a snoozed one a time': `
    SELECT id FROM "Conversation" WHERE "workspaceId" = $1::uuid
      AND ((status = 'CLOSED') <> ("closedAt" IS NOT NULL) OR (status = 'SNOOZED') <> ("snoozedUntil" IS NOT NULL))`,
  'an active assignee is in the conversation': `
    SELECT c.id FROM "Conversation" c WHERE c."workspaceId" = $1::uuid AND c.status <> 'CLOSED'
      AND coalesce(c."assigneeUserId", c."assigneeBotId") IS NOT NULL AND NOT EXISTS (
        SELECT FROM "Participant" p WHERE p."workspaceId" = c."workspaceId" AND p."conversationId" = c.id
          AND p."actorId" = coalesce(c."assigneeUserId", c."assigneeBotId") AND p."leftAt" IS NULL)`,
  'nobody is in a conversation twice': `
    SELECT "conversationId" FROM "Participant" WHERE "workspaceId" = $1::uuid AND "leftAt" IS NULL
    GROUP BY "conversationId", "actorId" HAVING count(*) > 1`,
  'nobody has read further than there is': `
    SELECT c.id FROM "Conversation" c JOIN "ReadPosition" r ON r."workspaceId" = c."workspaceId" AND r."conversationId" = c.id
    WHERE c."workspaceId" = $1::uuid AND (r.seq > c."messageCount" OR c."teamReadSeq" > c."messageCount")`,
  'stored bytes are those of the uploads': `
    SELECT s."ownerId" FROM "StoredBytes" s WHERE s."workspaceId" = $1::uuid AND s.bytes <> (
      SELECT coalesce(sum(u."reservedBytes"), 0) FROM "Upload" u
      WHERE u."workspaceId" = s."workspaceId" AND u."removedAt" IS NULL AND s."ownerId" IN (u."callerId", u."workspaceId"))`,
  'metadata is within its limit': `
    SELECT id FROM "Conversation" WHERE "workspaceId" = $1::uuid AND octet_length(metadata::text) > 20 * 1024`,
};

/** The names of the invariants that a workspace breaks. */
export async function brokenInvariants(
  { database }: Pick<TestServer, 'database'>,
  { id }: Pick<TestWorkspace, 'id'>,
): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, query] of Object.entries(invariants)) {
    const rows = await database.prisma.$queryRawUnsafe<unknown[]>(query, uuidOf(id));
    if (rows.length > 0) broken.push(`${name}: ${JSON.stringify(rows)}`);
  }
  return broken;
}
