import type pg from 'pg';
import { uuidv7 } from '../../src/seed/draw.js';

const CONVERSATIONS = 20;
const MESSAGES = 60;

/** Adds messages of the contact and the assignee to some conversations, every fifth with two attachments. */
export async function addLongConversations(client: pg.Client, workspaceId: string): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM "Conversation" WHERE "workspaceId" = $1 AND status = 'OPEN' AND "ownerId" IS NULL
       AND "contactId" IS NOT NULL AND "assigneeUserId" IS NOT NULL
     ORDER BY "updatedAt" DESC LIMIT ${CONVERSATIONS}`,
    [workspaceId],
  );
  const ids = rows.map(({ id }) => id);
  await client.query(
    `INSERT INTO "Message" ("workspaceId", id, "conversationId", seq, "inboundSeq", "channelId", direction, "authorType",
       "authorId", text, content, status, metadata, "createdAt", "updatedAt")
     SELECT c."workspaceId", ${uuidv7('at')}, c.id, c."messageCount" + n, c."inboundCount" + n / 2, c."channelId",
       (CASE WHEN n % 2 = 0 THEN 'INBOUND' ELSE 'OUTBOUND' END)::"MessageDirection",
       (CASE WHEN n % 2 = 0 THEN 'CONTACT' ELSE 'USER' END)::"ActorType",
       CASE WHEN n % 2 = 0 THEN c."contactId" ELSE c."assigneeUserId" END, t.text,
       jsonb_build_object('type', 'text', 'text', t.text),
       (CASE WHEN n % 2 = 0 THEN 'DELIVERED' ELSE 'SENT' END)::"MessageStatus", '{}', at, at
     FROM "Conversation" c CROSS JOIN generate_series(1, ${MESSAGES}) AS n
     CROSS JOIN LATERAL (SELECT format('Line %s, on the parcel and when it will arrive.', n) AS text,
       c."lastMessageAt" + n * interval '1 millisecond' AS at) t
     WHERE c."workspaceId" = $1 AND c.id = ANY($2)`,
    [workspaceId, ids],
  );
  await client.query(
    `INSERT INTO "Upload" ("workspaceId", id, key, "contentType", filename, "sizeBytes", "messageId", position, "expiresAt",
       "createdAt")
     SELECT m."workspaceId", ${uuidv7('m."createdAt"')}, replace(gen_random_uuid()::text, '-', '') || '.png', 'image/png',
       'photo.png', 1000 * (place + 1), m.id, place, m."createdAt", m."createdAt"
     FROM "Message" m JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
     CROSS JOIN generate_series(0, 1) AS place
     WHERE m."workspaceId" = $1 AND m."conversationId" = ANY($2) AND m.seq > c."messageCount"
       AND (m.seq - c."messageCount") % 5 = 0`,
    [workspaceId, ids],
  );
  await client.query(
    `UPDATE "Conversation" c SET "messageCount" = last.seq, "inboundCount" = last."inboundSeq",
       "lastMessageAt" = last."createdAt", "lastInteractionAt" = last."createdAt",
       "updatedAt" = greatest(c."updatedAt", last."createdAt")
     FROM (SELECT DISTINCT ON ("conversationId") * FROM "Message" WHERE "workspaceId" = $1 AND "conversationId" = ANY($2)
           ORDER BY "conversationId", seq DESC) last
     WHERE c."workspaceId" = $1 AND c.id = last."conversationId"`,
    [workspaceId, ids],
  );
  return ids;
}
