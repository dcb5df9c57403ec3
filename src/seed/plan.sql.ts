import { cities, products } from './cast.js';
import { type Draw, pick, uuidv7 } from './draw.js';
import { moments, timeAt } from './moments.js';
import { PHRASES } from './phrases.sql.js';
import type { DataSet, Shape } from './shape.js';
import type { Team } from './team.sql.js';

/**
 * The temporary table seed_plan: a row for each conversation of a batch, with everything that is decided about it. Each
 * step builds on the previous ones. Parameters: first conversation, first conversation of the next batch, start of the
 * batch, its seconds, products, cities, now.
 */
export function planTable(dataSet: DataSet, shape: Shape, team: Team, draw: Draw): string {
  const of = (purpose: string) => draw('i', purpose);
  const steps = [
    turns,
    lengths(dataSet, shape, draw),
    cast(team, draw),
    activity(dataSet, of),
    handovers(of),
    statuses(team, of),
    reopenings(of),
    habits(of),
    outcomes(of),
    topics(of),
  ];
  // OFFSET 0 keeps the expressions of a step from being computed again wherever a later step uses them.
  const chain = steps.map((sql, n) => `step${n} AS (${sql.replace('PREVIOUS', `step${n - 1}`)} OFFSET 0)`);
  const times = moments.map(
    ({ name, when, position }) => `CASE WHEN ${when} THEN ${timeAt(position)} END AS ${name}_at`,
  );
  const changes = moments.filter(({ change }) => change).map(({ name }) => `${name}_at`);
  return `
    CREATE TEMP TABLE seed_plan AS
    WITH ${chain.join(', ')}, timed AS (
      SELECT p.*, ${times.join(', ')} FROM step${steps.length - 1} p OFFSET 0
    )
    SELECT ${uuidv7('created_at')} AS id, t.*, greatest(${changes.join(', ')}) AS changed_at,
           1 + num_nonnulls(${changes.join(', ')}) AS version
    FROM timed t`;
}

const turns = `
  SELECT i, i % 4 = 0 AS regular, CASE WHEN i % 4 = 0 THEN i / 4 ELSE i - i / 4 - 1 END AS turn
  FROM generate_series($1::int, $2::int - 1) AS i`;

/** The contact and the number of messages. Two neighboring conversations together have twice the average. */
function lengths({ conversations, messages }: DataSet, shape: Shape, draw: Draw): string {
  const { contacts, regulars } = shape;
  const others = contacts - regulars;
  const regularTurns = Math.ceil(conversations / 4);
  const otherTurns = conversations - regularTurns;
  const longest = Math.min(3 * 86_400, shape.batchSeconds * 0.3);
  return `
    SELECT l.*, greatest(120, 3 * m, ${longest} * power(${draw('i', 'seconds')}, 3)) AS seconds
    FROM (
      SELECT i, ${draw('i', 'owned')} < 0.04 AS owned,
             CASE WHEN regular THEN turn % ${regulars} ELSE ${regulars} + turn % ${others} END AS contact_n,
             CASE WHEN regular THEN turn >= ${regularTurns - regulars} ELSE turn >= ${otherTurns - others} END
               AS newest_of_contact,
             ${messages} + CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END
               * (${messages - 1} - ${pick(draw('i / 2', 'messages'), 2 * messages - 1)}) AS m
      FROM PREVIOUS
    ) AS l`;
}

/** The participants and the channel. A contact mostly writes on the same channel. */
function cast(team: Team, draw: Draw): string {
  const channelOf = `CASE WHEN ${draw('p.i', 'usual channel')} < 0.7 THEN p.contact_n ELSE p.i END`;
  return `
    SELECT p.i, p.m, p.seconds, p.newest_of_contact,
           date_trunc('milliseconds', $3::timestamptz
             + ${draw('p.i', 'begins')} * ($4::float8 - p.seconds) * interval '1 second') AS created_at,
           u.id AS user_id, u.public_id AS user_public_id, u.first_name AS user_name,
           w.id AS colleague_id, w.public_id AS colleague_public_id, w.first_name AS colleague_name,
           b.id AS bot_id, b.public_id AS bot_public_id,
           h.id AS channel_id, h.type AS channel_type, coalesce(h.allow_many, true) AS allow_many,
           c.id AS contact_id, coalesce(c.first_name, u.first_name) AS customer_name,
           coalesce(c.language, 'en') AS language,
           CASE WHEN p.owned THEN u.id END AS owner_id
    FROM PREVIOUS p
    JOIN seed_user u ON u.n = ${pick(draw('p.i', 'user'), team.users)}
    JOIN seed_user w ON w.n = (u.n + 1 + ${pick(draw('p.i', 'colleague'), Math.max(1, team.users - 1))}) % ${team.users}
    LEFT JOIN seed_bot b ON b.n = ${pick(draw('p.i', 'bot'), team.bots)} AND (p.owned OR ${draw('p.i', 'has a bot')} < 0.55)
    LEFT JOIN seed_channel h ON h.slot = ${pick(draw(channelOf, 'channel'), team.channelSlots)} AND NOT p.owned
    LEFT JOIN seed_contact c ON c.n = p.contact_n AND NOT p.owned`;
}

/** Whether the conversation is active: mostly newer ones, and on an exclusive channel only the contact's newest. */
function activity({ conversations }: DataSet, of: (purpose: string) => string): string {
  const age = `(${conversations - 1} - i) / ${conversations / 2}::float8`;
  return `
    SELECT p.*, ${of('active')} < CASE
        WHEN owner_id IS NOT NULL THEN 0.3
        WHEN newest_of_contact THEN 0.85 * power(greatest(0, 1 - ${age}), 1.5)
        WHEN allow_many THEN 0.01
        ELSE 0
      END AS is_active
    FROM PREVIOUS p`;
}

/** handover: the first message from a user; m + 1 if a user has taken over but not answered yet. */
function handovers(of: (purpose: string) => string): string {
  return `
    SELECT p.*, bot_id IS NOT NULL AND owner_id IS NULL AND ${of('bot takes it')} < 0.5 AS bot_takes_it,
      CASE
        WHEN owner_id IS NOT NULL THEN NULL
        WHEN bot_id IS NOT NULL AND m >= 2 AND ${of('hands over')} < 0.6 THEN 2 + ${pick(of('handover'), 'm - 1')}
        WHEN bot_id IS NOT NULL THEN CASE WHEN is_active AND ${of('taken late')} < 0.25 THEN m + 1 END
        WHEN is_active AND m <= 4 AND ${of('unanswered')} < 0.5 THEN CASE WHEN ${of('taken late')} < 0.4 THEN m + 1 END
        WHEN ${of('outreach')} < 0.08 THEN 1
        WHEN m > 1 THEN 2
      END AS handover
    FROM PREVIOUS p`;
}

/** transfer: the first message from the colleague. */
function statuses({ users }: Team, of: (purpose: string) => string): string {
  return `
    SELECT p.*,
      CASE
        WHEN NOT is_active THEN 'CLOSED'
        WHEN handover <= m AND ${of('status')} < 0.3 THEN 'PENDING'
        WHEN handover <= m AND ${of('status')} < 0.5 THEN 'SNOOZED'
        WHEN handover IS NULL AND owner_id IS NULL AND bot_id IS NOT NULL AND m >= 2 AND ${of('status')} < 0.2 THEN 'PENDING'
        ELSE 'OPEN'
      END AS status,
      CASE WHEN ${users} > 1 AND handover < m AND ${of('transfers')} < 0.18
           THEN handover + 1 + ${pick(of('transfer'), 'm - handover')} END AS transfer
    FROM PREVIOUS p`;
}

/** reopening: the message after which the conversation was closed and reopened. */
function reopenings(of: (purpose: string) => string): string {
  return `
    SELECT p.*, CASE WHEN handover < m AND ${of('reopens')} < 0.05
                     THEN nullif(handover + ${pick(of('reopening'), 'm - handover')}, transfer - 1) END AS reopening
    FROM PREVIOUS p`;
}

function habits(of: (purpose: string) => string): string {
  return `
    SELECT p.*,
      handover <= m AND transfer IS NULL AND reopening IS NULL AND ${of('raised')} < 0.06 AS is_raised,
      handover <= m AND ${of('agent reads')} < CASE WHEN status = 'OPEN' THEN 0.6 ELSE 0.95 END AS agent_reads,
      ${of('customer reads')} < 0.4 AS customer_reads,
      ${of('leaves')} < 0.3 AS leaves,
      status = 'CLOSED' AND owner_id IS NULL AND ${of('expired')} < 0.05 AS is_expired,
      bot_id IS NULL AND (handover IS NULL OR handover > m) AS is_silent,
      CASE WHEN transfer IS NOT NULL THEN colleague_id WHEN handover IS NOT NULL THEN user_id END AS agent_id,
      CASE
        WHEN handover = 1 THEN 'USER'
        WHEN bot_id IS NOT NULL AND ${of('assigned by')} < 0.6 THEN 'BOT'
        ELSE 'USER'
      END AS assigned_by_type,
      CASE
        WHEN handover = 1 THEN user_id
        WHEN bot_id IS NOT NULL AND ${of('assigned by')} < 0.6 THEN bot_id
        WHEN ${of('assigned by')} < 0.8 THEN user_id
        ELSE colleague_id
      END AS assigned_by_id
    FROM PREVIOUS p`;
}

/** Who assigned, reopened and closed the conversation, and with what result. */
function outcomes(of: (purpose: string) => string): string {
  return `
    SELECT p.*,
      CASE WHEN transfer IS NULL AND handover > 1 AND ${of('note')} < 0.2
           THEN 'Knows the customer from an earlier order.' END AS assignment_note,
      CASE WHEN status = 'SNOOZED'
           THEN date_trunc('hour', $7::timestamptz) + (2 + ${pick(of('snooze'), 96)}) * interval '1 hour' END AS snoozed_until,
      CASE WHEN reopening >= transfer THEN colleague_id ELSE user_id END AS reopened_by_id,
      CASE WHEN is_expired THEN 'SYSTEM' WHEN agent_id IS NULL AND bot_id IS NOT NULL THEN 'BOT' ELSE 'USER' END
        AS closed_by_type,
      CASE WHEN is_expired THEN NULL ELSE coalesce(agent_id, bot_id, user_id) END AS closed_by_id,
      CASE
        WHEN is_expired THEN 'EXPIRED'
        WHEN is_silent AND ${of('result')} < 0.7 THEN 'SPAM'
        WHEN is_silent OR ${of('result')} < 0.1 THEN 'UNRESOLVED'
        WHEN ${of('result')} < 0.14 THEN 'SWITCHED'
        WHEN bot_id IS NOT NULL AND ${of('result')} < 0.17 THEN 'FAILED'
        ELSE 'RESOLVED'
      END AS resolution,
      CASE
        WHEN is_expired THEN NULL
        WHEN is_silent THEN 'No answer needed.'
        WHEN ${of('reason')} < 0.4 THEN 'The customer has what was asked for.'
        WHEN ${of('reason')} < 0.5 THEN 'The customer had nothing to add.'
      END AS closure_reason,
      CASE WHEN NOT is_expired AND ${of('closing notes')} < 0.1 THEN 'Ask about it in the next survey.' END AS closure_notes
    FROM PREVIOUS p`;
}

function topics(of: (purpose: string) => string): string {
  return `
    SELECT p.*, t.tag, t.subject, t.opener,
      'PL-' || lpad(${pick(of('order'), 1_000_000)}::text, 6, '0') AS order_number,
      ($5::text[])[1 + ${pick(of('product'), products.length)}] AS product,
      ($6::text[])[1 + ${pick(of('place'), cities.length)}] AS city
    FROM PREVIOUS p JOIN seed_topic t ON t.language = p.language AND t.n = ${pick(of('topic'), PHRASES)}`;
}
