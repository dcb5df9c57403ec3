/** What every statement begins with: the workspace of the key whose hash is the first parameter. */
const caller = `WITH caller AS MATERIALIZED (
  SELECT "workspaceId" FROM "ApiKey"
  WHERE hash = $1 AND "revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > now()))`;
const workspace = '(SELECT "workspaceId" FROM caller)';

/** The name of an actor, joined by its id. */
const actorJoins = (alias: string, id: string) => `
  LEFT JOIN "User" u ON u."workspaceId" = ${alias}."workspaceId" AND u.id = ${alias}."${id}"
  LEFT JOIN "Bot" b ON b."workspaceId" = ${alias}."workspaceId" AND b.id = ${alias}."${id}"
  LEFT JOIN "Contact" t ON t."workspaceId" = ${alias}."workspaceId" AND t.id = ${alias}."${id}"`;
const actorName = 'coalesce(u.name, b.name, t.name)';

const inbox = `${caller}
SELECT json_build_object('data', json_build_object('conversations', coalesce(json_agg(json_build_object(
  'id', c.id, 'subject', c.subject, 'status', c.status, 'priority', c.priority, 'updatedAt', c."updatedAt",
  'unreadCount', c."inboundCount" - c."deletedInbound" - (c."teamReadInbound" - c."teamReadDeleted"),
  'contact', (SELECT json_build_object('id', t.id, 'name', t.name, 'avatarUrl', t."avatarUrl") FROM "Contact" t
    WHERE t."workspaceId" = c."workspaceId" AND t.id = c."contactId"),
  'channel', (SELECT json_build_object('id', h.id, 'name', h.name, 'type', h.type) FROM "Channel" h
    WHERE h."workspaceId" = c."workspaceId" AND h.id = c."channelId"),
  'assignee', coalesce(
    (SELECT json_build_object('id', u.id, 'name', u.name) FROM "User" u
      WHERE u."workspaceId" = c."workspaceId" AND u.id = c."assigneeUserId"),
    (SELECT json_build_object('id', b.id, 'name', b.name) FROM "Bot" b
      WHERE b."workspaceId" = c."workspaceId" AND b.id = c."assigneeBotId")),
  'lastMessage', (SELECT json_build_object('id', m.id, 'text', m.text, 'direction', m.direction, 'createdAt', m."createdAt")
    FROM "Message" m WHERE m."workspaceId" = c."workspaceId" AND m."conversationId" = c.id AND m."deletedAt" IS NULL
    ORDER BY m.seq DESC LIMIT 1),
  'participants', (SELECT coalesce(json_agg(json_build_object('id', p.id, 'role', p.role,
      'actor', json_build_object('id', p."actorId", 'name', ${actorName})) ORDER BY p."joinedAt", p.id), '[]')
    FROM "Participant" p ${actorJoins('p', 'actorId')}
    WHERE p."workspaceId" = c."workspaceId" AND p."conversationId" = c.id AND p."leftAt" IS NULL)
) ORDER BY c."updatedAt" DESC, c.id DESC), '[]')))::text AS json
FROM (SELECT * FROM "Conversation" WHERE "workspaceId" = ${workspace} AND status = 'OPEN'
      ORDER BY "updatedAt" DESC, id DESC LIMIT $2) c`;

const page = `${caller}
SELECT json_build_object('data', json_build_object('conversation', json_build_object(
  'id', c.id, 'subject', c.subject, 'status', c.status,
  'messages', (SELECT coalesce(json_agg(json_build_object(
      'id', m.id, 'seq', m.seq, 'direction', m.direction, 'text', m.text, 'status', m.status, 'createdAt', m."createdAt",
      'author', json_build_object('id', m."authorId", 'name', ${actorName}),
      'attachments', (SELECT coalesce(json_agg(json_build_object('id', f.id, 'key', f.key, 'contentType', f."contentType",
          'sizeBytes', f."sizeBytes", 'filename', f.filename) ORDER BY f.position), '[]')
        FROM "Upload" f WHERE f."workspaceId" = m."workspaceId" AND f."messageId" = m.id)
    ) ORDER BY m.seq), '[]')
    FROM (SELECT * FROM "Message" WHERE "workspaceId" = c."workspaceId" AND "conversationId" = c.id
          ORDER BY seq DESC LIMIT 50) m ${actorJoins('m', 'authorId')})
)))::text AS json
FROM "Conversation" c WHERE c."workspaceId" = ${workspace} AND c.id = $2`;

const row = `${caller}
SELECT json_build_object('data', json_build_object('conversation', json_build_object('id', c.id, 'subject', c.subject,
  'status', c.status, 'priority', c.priority, 'updatedAt', c."updatedAt")))::text AS json
FROM "Conversation" c WHERE c."workspaceId" = ${workspace} AND c.id = $2`;

/** Each returns one row with the JSON of the response. Parameters: the hash of the API key, and the given one. */
export const reads: Record<string, { text: string; parameter: string }> = {
  inbox: { text: inbox, parameter: 'first' },
  page: { text: page, parameter: 'id' },
  row: { text: row, parameter: 'id' },
};
