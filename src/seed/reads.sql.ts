/**
 * The temporary table seed_read: how far each actor has read. Authors have read up to their own last message. The
 * assigned user and the customer may have read to the end.
 */
export const readTable = `
  CREATE TEMP TABLE seed_read AS
  SELECT DISTINCT ON (i, actor_id) *
  FROM (
    SELECT i, author_type AS actor_type, author_id AS actor_id, is_customer, last_seq AS seq,
           last_inbound_seq AS inbound, last_at AS at, false AS is_explicit
    FROM seed_author
    UNION ALL
    SELECT p.i, 'USER', p.agent_id, false, t.messages, t.inbound, p.agent_read_at, true
    FROM seed_plan p JOIN seed_total t USING (i) WHERE p.agent_read_at IS NOT NULL
    UNION ALL
    SELECT p.i, CASE WHEN p.owner_id IS NULL THEN 'CONTACT' ELSE 'USER' END, coalesce(p.owner_id, p.contact_id), true,
           t.messages, t.inbound, p.customer_read_at, true
    FROM seed_plan p JOIN seed_total t USING (i) WHERE p.customer_read_at IS NOT NULL
  ) AS position
  ORDER BY i, actor_id, seq DESC, is_explicit`;

/** The temporary table seed_team_read: how far the team has read, which is the furthest of its members. */
export const teamReadTable = `
  CREATE TEMP TABLE seed_team_read AS
  SELECT i, max(seq) AS seq, max(inbound) AS inbound FROM seed_read WHERE NOT is_customer GROUP BY i`;

/** Parameters: workspace. */
export const insertReadPositions = `
  INSERT INTO "ReadPosition" ("workspaceId", "conversationId", "actorId", seq, "inboundCount", "readAt")
  SELECT $1::uuid, p.id, r.actor_id, r.seq, r.inbound, r.at
  FROM seed_read r JOIN seed_plan p USING (i)`;
