import { uuidv7 } from './draw.js';

/** The temporary table seed_participant: the participants of the conversations of the batch. */
export const participantTable = `
  CREATE TEMP TABLE seed_participant AS
  SELECT ${uuidv7('joined_at')} AS id, s.*
  FROM (
    SELECT i, CASE WHEN owner_id IS NULL THEN 'CONTACT' ELSE 'USER' END AS actor_type,
           coalesce(owner_id, contact_id) AS actor_id, 'CUSTOMER' AS role, created_at AS joined_at,
           NULL::timestamptz AS left_at
    FROM seed_plan
    UNION ALL
    SELECT i, 'BOT', bot_id, 'BOT', created_at, NULL FROM seed_plan WHERE bot_id IS NOT NULL
    UNION ALL
    SELECT i, 'USER', user_id, 'AGENT', assigned_at, left_at FROM seed_plan WHERE handover IS NOT NULL
    UNION ALL
    SELECT i, 'USER', colleague_id, 'AGENT', transferred_at, NULL FROM seed_plan WHERE transfer IS NOT NULL
  ) AS s`;

/** Parameters: workspace. */
export const insertParticipants = `
  INSERT INTO "Participant" ("workspaceId", id, "conversationId", "actorType", "actorId", role, "joinedAt", "leftAt",
                             "lastMessageAt")
  SELECT $1::uuid, s.id, p.id, s.actor_type::"ActorType", s.actor_id, s.role::"ParticipantRole", s.joined_at, s.left_at,
         a.last_at
  FROM seed_participant s
  JOIN seed_plan p USING (i)
  LEFT JOIN seed_author a ON a.i = s.i AND a.author_id = s.actor_id
  ORDER BY s.joined_at`;

/** The reason and summary of a transfer, for its row and its event. */
export const transferReason = "'Better known to a colleague.'";
export const transferSummary = "'About ' || p.order_number || ': ' || p.subject";

/** Parameters: workspace. */
export const insertTransfers = `
  INSERT INTO "Transfer" ("workspaceId", id, "conversationId", at, "byType", "byId", "fromId", "fromType", "toId", "toType",
                          reason, summary)
  SELECT $1::uuid, ${uuidv7('p.transferred_at')}, p.id, p.transferred_at, 'USER', p.user_id, p.user_id, 'USER',
         p.colleague_id, 'USER', ${transferReason}, ${transferSummary}
  FROM seed_plan p WHERE p.transfer IS NOT NULL`;
