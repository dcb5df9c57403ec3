import { type Draw, pick, uuidv7 } from './draw.js';
import { timeAt } from './moments.js';
import { PHRASES } from './phrases.sql.js';

/** The temporary table seed_line: a row for each message of the batch, with its author and time, but not its text. */
export function lineTable(draw: Draw): string {
  const of = (purpose: string) => draw('i * 1000 + seq', purpose);
  return `
    CREATE TEMP TABLE seed_line AS
    WITH turn AS (
      SELECT p.i, seq, m, created_at, seconds, status, handover, transfer, owner_id, contact_id, bot_id, user_id, colleague_id,
             CASE
               WHEN seq IN (handover, transfer) THEN false
               WHEN seq = 1 OR is_silent OR (bot_id IS NULL AND seq < handover) THEN true
               WHEN seq = m AND status IN ('PENDING', 'CLOSED') THEN false
               ELSE ${draw('p.i * 1000 + seq', 'inbound')} < 0.45
             END AS inbound
      FROM seed_plan p CROSS JOIN LATERAL generate_series(1, p.m) AS seq OFFSET 0
    ), spoken AS (
      SELECT i, seq, inbound, created_at, seconds, m,
             CASE WHEN seq = 1 THEN 0 ELSE seq - 1 + 0.5 * ${of('place')} END AS position,
             CASE WHEN inbound THEN CASE WHEN owner_id IS NULL THEN 'CONTACT' ELSE 'USER' END
                  WHEN seq >= handover THEN 'USER' ELSE 'BOT' END AS author_type,
             CASE WHEN inbound THEN coalesce(owner_id, contact_id)
                  WHEN seq >= transfer THEN colleague_id
                  WHEN seq >= handover THEN user_id ELSE bot_id END AS author_id,
             CASE WHEN inbound THEN CASE
                    WHEN owner_id IS NOT NULL THEN 'question'
                    WHEN seq = 1 THEN 'opener'
                    WHEN status = 'CLOSED' AND seq = m - 1 AND ${of('thanks')} < 0.5 THEN 'thanks'
                    ELSE 'customer' END
                  WHEN owner_id IS NOT NULL THEN 'answer'
                  WHEN handover IS NULL OR seq < handover THEN 'bot'
                  WHEN seq IN (handover, transfer) THEN 'greeting'
                  WHEN status = 'CLOSED' AND seq = m THEN 'closing'
                  ELSE 'agent' END AS kind
      FROM turn OFFSET 0
    )
    SELECT ${uuidv7('at')} AS id, s.*,
           count(*) FILTER (WHERE inbound) OVER (PARTITION BY i ORDER BY seq)::int AS inbound_seq
    FROM (SELECT i, seq, position, inbound, author_type, author_id, kind, ${timeAt('position')} AS at FROM spoken) AS s`;
}

/** The temporary table seed_author: the last message of each author in a conversation. */
export const authorTable = `
  CREATE TEMP TABLE seed_author AS
  SELECT i, author_type, author_id, max(seq) AS last_seq, max(inbound_seq) AS last_inbound_seq, max(at) AS last_at,
         bool_or(inbound) AS is_customer
  FROM seed_line GROUP BY i, author_type, author_id`;

/** The temporary table seed_total: the counters of each conversation. */
export const totalTable = `
  CREATE TEMP TABLE seed_total AS
  SELECT i, count(*)::int AS messages, max(inbound_seq) AS inbound, min(at) AS first_at, max(at) AS last_at,
         max(seq) FILTER (WHERE inbound) AS last_inbound
  FROM seed_line GROUP BY i`;

/** Parameters: workspace, latest time allowed. */
export function insertMessages(draw: Draw): string {
  const of = (purpose: string) => draw('l.i * 1000 + l.seq', purpose);
  // Phrases are used in the order of their list, a bot's from its start, so that nobody repeats the previous message.
  const phrase = `CASE WHEN l.kind = 'bot' THEN l.seq + ${PHRASES - 2}
                       ELSE ${pick(draw('l.i', 'phrase'), PHRASES)} + l.seq END % ${PHRASES}`;
  const placeholders = [
    ['order', 'p.order_number'],
    ['product', 'p.product'],
    ['city', 'p.city'],
    ['name', 'p.customer_name'],
    ['agent', 'CASE WHEN l.seq >= p.transfer THEN p.colleague_name ELSE p.user_name END'],
  ];
  const text = placeholders.reduce(
    (sql, [name, value]) => `replace(${sql}, '{${name}}', ${value})`,
    "CASE WHEN l.kind = 'opener' THEN p.opener ELSE f.text END",
  );
  return `
    INSERT INTO "Message" ("workspaceId", id, "conversationId", seq, "inboundSeq", "channelId", direction, "authorType",
                           "authorId", text, content, status, "errorMessage", metadata, "createdAt", "updatedAt")
    SELECT $1::uuid, id, conversation_id, seq, inbound_seq, channel_id, direction::"MessageDirection",
           author_type::"ActorType", author_id, text, jsonb_build_object('type', 'text', 'text', text) || extra, status::"MessageStatus",
           CASE WHEN status = 'FAILED' THEN 'The number cannot be reached.' END, '{}'::jsonb, at,
           CASE WHEN direction = 'INBOUND' OR status = 'PENDING' THEN at
                ELSE least(at + delay * interval '10 seconds', $2::timestamptz) END
    FROM (
      SELECT l.id, p.id AS conversation_id, l.seq, l.inbound_seq, p.channel_id,
             CASE WHEN l.inbound THEN 'INBOUND' ELSE 'OUTBOUND' END AS direction,
             l.author_type, l.author_id, l.at, ${of('delay')} AS delay,
             ${text} AS text,
             CASE
               WHEN l.kind = 'customer' AND ${of('photo')} < 0.03
                 THEN jsonb_build_object('type', 'image', 'url', format('https://example.com/photos/%s.jpg', p.order_number))
               WHEN l.kind = 'bot' AND ${of('replies')} < 0.1
                 THEN '{"type": "quick_replies", "options": ["Track my order", "Return something", "Talk to a person"]}'
               ELSE '{}'::jsonb
             END AS extra,
             CASE
               WHEN l.inbound THEN 'DELIVERED'
               WHEN ${of('status')} < 0.008 THEN 'FAILED'
               WHEN p.customer_reads THEN 'READ'
               WHEN l.seq < t.last_inbound THEN CASE WHEN ${of('status')} < 0.7 THEN 'READ' ELSE 'DELIVERED' END
               WHEN ${of('status')} < 0.35 THEN 'READ'
               WHEN ${of('status')} < 0.85 THEN 'DELIVERED'
               WHEN ${of('status')} < 0.95 THEN 'SENT'
               ELSE 'PENDING'
             END AS status
      FROM seed_line l
      JOIN seed_plan p ON p.i = l.i
      JOIN seed_total t ON t.i = l.i
      LEFT JOIN seed_phrase f ON f.kind = l.kind AND f.language = p.language AND f.n = ${phrase}
    ) AS m`;
}
