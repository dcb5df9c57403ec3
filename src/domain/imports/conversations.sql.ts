import { type Conversation, type Message, Prisma } from '../../generated/prisma/client.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { placeSql } from '../messages/note.sql.js';

/** Locks the conversations that have these externalIds, in ascending order of ids. */
export async function lockByExternalIds(
  { tx, workspaceId }: SystemWork,
  externalIds: string[],
): Promise<Conversation[]> {
  return tx.$queryRaw<Conversation[]>`
    SELECT * FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND "externalId" = ANY(${externalIds}::text[])
      AND "clientBotId" IS NULL ORDER BY id FOR UPDATE`;
}

/** The messages of these channels that have one of these externalIds. */
export async function readMessages(
  { tx, workspaceId }: SystemWork,
  channelIds: string[],
  externalIds: string[],
): Promise<Message[]> {
  if (externalIds.length === 0) return [];
  return tx.$queryRaw<Message[]>`
    SELECT m.* FROM unnest(${externalIds}::text[]) AS given("externalId")
    CROSS JOIN unnest(${channelIds}::uuid[]) AS channel(id)
    JOIN "Message" m ON m."workspaceId" = ${workspaceId}::uuid AND m."channelId" = channel.id
      AND m."externalId" = given."externalId"`;
}

/** The number of the last note behind the last public message of conversations, by conversation. */
export async function readNoteSeqs(
  { tx, workspaceId }: SystemWork,
  conversations: readonly Conversation[],
): Promise<Map<string, number>> {
  if (conversations.length === 0) return new Map();
  const ends = conversations.map(({ id, messageCount }) => ({ id, seq: messageCount }));
  const rows = await tx.$queryRaw<{ id: string; noteSeq: number }[]>`
    SELECT c.id, max(m."noteSeq") AS "noteSeq"
    FROM jsonb_to_recordset(${JSON.stringify(ends)}::jsonb) AS c(id uuid, seq int)
    JOIN "Message" m ON m."workspaceId" = ${workspaceId}::uuid AND m."conversationId" = c.id
      AND ${placeSql()} >= c.seq::float8 AND ${placeSql()} < (c.seq + 1)::float8
    GROUP BY c.id`;
  return new Map(rows.map(({ id, noteSeq }) => [id, noteSeq]));
}

export type Stay = { id: string; conversationId: string; actorId: string };

/** Who takes part in conversations now. */
export async function readStays({ tx, workspaceId }: SystemWork, conversationIds: string[]): Promise<Stay[]> {
  if (conversationIds.length === 0) return [];
  return tx.$queryRaw<Stay[]>`
    SELECT id, "conversationId", "actorId" FROM "Participant" WHERE "workspaceId" = ${workspaceId}::uuid
      AND "conversationId" = ANY(${conversationIds}::uuid[]) AND "leftAt" IS NULL`;
}

type Pair = { channelId: string; contactId: string };

/** Of the pairs of a channel and a contact, those that have an active conversation of which there can be only one. */
export async function readTaken(
  { tx, workspaceId }: SystemWork,
  pairs: readonly Pair[],
): Promise<(Pair & { id: string })[]> {
  if (pairs.length === 0) return [];
  return tx.$queryRaw<(Pair & { id: string })[]>`
    SELECT c.id, c."channelId", c."contactId"
    FROM jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) AS p("channelId" uuid, "contactId" uuid)
    JOIN "Conversation" c ON c."workspaceId" = ${workspaceId}::uuid AND c."channelId" = p."channelId"
      AND c."contactId" = p."contactId" AND c.exclusive AND c.status <> 'CLOSED'`;
}

/** Writes what has become of locked conversations, and raises their revisions. */
export async function updateConversations(
  { tx, workspaceId, raises }: SystemWork,
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return;
  const updated = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Conversation" c SET subject = r.subject, status = r.status, priority = r.priority, tags = r.tags,
      metadata = r.metadata, exclusive = r.exclusive, "assigneeUserId" = r."assigneeUserId",
      "assigneeBotId" = r."assigneeBotId", "assignedAt" = r."assignedAt", "assignedByType" = r."assignedByType",
      "assignedById" = r."assignedById", "assignmentNote" = r."assignmentNote", "snoozedUntil" = r."snoozedUntil",
      "closedAt" = r."closedAt", "closedByType" = r."closedByType", "closedById" = r."closedById",
      "closureReason" = r."closureReason", resolution = r.resolution, "closureNotes" = r."closureNotes",
      "messageCount" = r."messageCount", "inboundCount" = r."inboundCount", "deletedInbound" = r."deletedInbound",
      "deletedOutbound" = r."deletedOutbound", "teamReadSeq" = r."teamReadSeq", "teamReadInbound" = r."teamReadInbound",
      "teamReadDeleted" = r."teamReadDeleted", "firstMessageAt" = r."firstMessageAt", "lastMessageAt" = r."lastMessageAt",
      "lastInteractionAt" = r."lastInteractionAt", version = r.version, "updatedAt" = r."updatedAt", revision = c.revision + 1
    FROM json_populate_recordset(NULL::"Conversation", ${JSON.stringify(rows)}::json) r
    WHERE c."workspaceId" = ${workspaceId}::uuid AND c.id = r.id RETURNING c.id`;
  raises(updated.map(({ id }) => id));
}

/** Writes what has become of messages of locked conversations. */
export async function updateMessages({ tx, workspaceId }: SystemWork, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Message" m SET text = r.text, content = r.content, metadata = r.metadata, status = r.status,
      "errorMessage" = r."errorMessage", "deletedAt" = r."deletedAt", "updatedAt" = r."updatedAt"
    FROM json_populate_recordset(NULL::"Message", ${JSON.stringify(rows)}::json) r
    WHERE m."workspaceId" = ${workspaceId}::uuid AND m.id = r.id`;
}

/** Writes when participants of locked conversations have sent their last message, if that is later than before. */
export async function updateLastMessages(
  { tx, workspaceId }: SystemWork,
  rows: readonly { id: string; at: Date }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Participant" p SET "lastMessageAt" = greatest(p."lastMessageAt", r.at)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS r(id uuid, at timestamptz)
    WHERE p."workspaceId" = ${workspaceId}::uuid AND p.id = r.id`;
}

/** For insertion into ReadPosition: an earlier position changes nothing. */
export const advances = Prisma.sql`
  ON CONFLICT ("workspaceId", "conversationId", "actorId") DO UPDATE
    SET seq = excluded.seq, "inboundCount" = excluded."inboundCount", "deletedInbound" = excluded."deletedInbound",
      "deletedOutbound" = excluded."deletedOutbound", "readAt" = excluded."readAt"
    WHERE "ReadPosition".seq < excluded.seq`;
