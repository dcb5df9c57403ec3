import type pg from 'pg';
import { uuidv7 } from 'uuidv7';

export type NewMessage = { workspaceId: string; keyId: string; conversationId: string; text: string };

const lock = {
  name: 'lock',
  text: 'SELECT * FROM "Conversation" WHERE "workspaceId" = $1 AND id = $2 FOR UPDATE',
};
const insert = {
  name: 'insert',
  text: `INSERT INTO "Message" ("workspaceId", id, "conversationId", seq, "inboundSeq", "channelId", direction, "authorType",
      "authorId", text, content, status, metadata, "createdAt", "updatedAt")
    VALUES ($1, $2, $3, $4, $5, $6, 'OUTBOUND', 'API_KEY', $7, $8, $9, 'PENDING', '{}', $10, $10)`,
};
const update = {
  name: 'update',
  text: `UPDATE "Conversation" SET "messageCount" = $3, "teamReadSeq" = $3, "teamReadInbound" = "inboundCount",
      "teamReadDeleted" = "deletedInbound", "firstMessageAt" = coalesce("firstMessageAt", $4), "lastMessageAt" = $4,
      "lastInteractionAt" = $4, "updatedAt" = $4
    WHERE "workspaceId" = $1 AND id = $2`,
};
const read = {
  name: 'read',
  text: `INSERT INTO "ReadPosition" ("workspaceId", "conversationId", "actorId", seq, "inboundCount", "readAt")
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT ("workspaceId", "conversationId", "actorId")
    DO UPDATE SET seq = excluded.seq, "inboundCount" = excluded."inboundCount", "readAt" = excluded."readAt"`,
};
const log = {
  name: 'log',
  text: `WITH head AS (UPDATE "EventHead" SET position = position + 1, "eventId" = $2 WHERE "workspaceId" = $1 RETURNING position)
    INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "contactId", "ownerId", "actorType", "actorId",
      payload, "occurredAt")
    SELECT $1, position, $2, 'message.added', $3, $4, $5, 'API_KEY', $6, $7, $8 FROM head`,
};

/** Writes the rows of a sent message in one transaction of plain statements. Returns its id and place. */
export async function sendMessage(pool: pg.Pool, message: NewMessage): Promise<{ id: string; seq: number }> {
  const { workspaceId, keyId, conversationId, text } = message;
  const client = await pool.connect();
  const [id, eventId, now] = [uuidv7(), uuidv7(), new Date()];
  try {
    await client.query('BEGIN');
    const { rows } = await client.query({ ...lock, values: [workspaceId, conversationId] });
    const { messageCount, inboundCount, channelId, contactId, ownerId } = rows[0];
    const seq = messageCount + 1;
    const content = { type: 'text', text };
    const place = [workspaceId, id, conversationId, seq, inboundCount, channelId];
    await client.query({ ...insert, values: [...place, keyId, text, content, now] });
    await client.query({ ...update, values: [workspaceId, conversationId, seq, now] });
    await client.query({ ...read, values: [workspaceId, conversationId, keyId, seq, inboundCount, now] });
    const payload = { messageId: id, seq, direction: 'OUTBOUND' };
    const subject = [workspaceId, eventId, conversationId, contactId, ownerId];
    await client.query({ ...log, values: [...subject, keyId, payload, now] });
    await client.query('COMMIT');
    client.release();
    return { id, seq };
  } catch (error) {
    client.release(true);
    throw error;
  }
}
