import type { EventPayloads, EventType } from '../event-log/log-event.js';
import { uuidv7 } from './draw.js';
import { moments } from './moments.js';
import { transferReason, transferSummary } from './participants.sql.js';

/** The payload of an event type, as SQL expressions. */
type Fields<Type extends EventType> = { [Field in keyof EventPayloads[Type]]: string };

type Actor = { actorType: string; actorId: string };

type Source = Actor & {
  from: string;
  at: string;
  /** The position in the conversation's timeline, and the order of events of one action. */
  position: string;
  rank: number;
};

/** Within one action: the creation, participants, the status, the message. */
const rank = { created: 0, customer: 1, bot: 2, agent: 3, change: 4, message: 5 };

function eventsOf<Type extends EventType>(type: Type, fields: Fields<Type>, source: Source): string {
  const pairs = Object.entries<string>(fields).map(([name, sql]) => `'${name}', ${sql}`);
  const payload = pairs.length > 0 ? `jsonb_build_object(${pairs.join(', ')})` : "'{}'::jsonb";
  return `
    SELECT p.i, ${source.at} AS at, (${source.position})::float8 AS position, ${source.rank} AS rank, '${type}' AS type,
           ${source.actorType} AS actor_type, ${source.actorId} AS actor_id, ${payload} AS payload
    FROM ${source.from}`;
}

function positionOf(moment: string): string {
  const position = moments.find(({ name }) => name === moment)?.position;
  if (position === undefined) throw new Error(`There is no moment ${moment}.`);
  return position;
}

/** The events at a moment of the plan. */
function at<Type extends EventType>(moment: string, type: Type, fields: Fields<Type>, actor: Actor, join = ''): string {
  const time = `p.${moment}_at`;
  const position = positionOf(moment);
  return eventsOf(type, fields, {
    from: `seed_plan p ${join} WHERE ${time} IS NOT NULL`,
    at: time,
    position,
    rank: rank.change,
    ...actor,
  });
}

const user = (id: string) => ({ actorType: "'USER'", actorId: id });
const customerType = "CASE WHEN p.owner_id IS NULL THEN 'CONTACT' ELSE 'USER' END";
const customerId = 'coalesce(p.owner_id, p.contact_id)';
const customer = { actorType: customerType, actorId: customerId };
/** Who started the conversation: a user, if the first message is from a user. */
const starter = {
  actorType: `CASE WHEN p.handover = 1 THEN 'USER' ELSE ${customerType} END`,
  actorId: `CASE WHEN p.handover = 1 THEN p.user_id ELSE ${customerId} END`,
};
const bot = { actorType: "'BOT'", actorId: 'p.bot_id' };
const assigner = { actorType: 'p.assigned_by_type', actorId: 'p.assigned_by_id' };
const answerer = {
  actorType: "CASE WHEN p.agent_id IS NULL THEN 'BOT' ELSE 'USER' END",
  actorId: 'coalesce(p.agent_id, p.bot_id)',
};

const change = (field: string, from: string, to: string) =>
  `jsonb_build_array(jsonb_build_object('field', '${field}', 'from', '${from}', 'to', '${to}'))`;
const rfc3339 = (at: string) => `to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The events of participants who join in one way. */
function joined(order: number, condition: string, actor: Actor, position = '0'): string {
  const from = `seed_participant s JOIN seed_plan p USING (i) WHERE ${condition}`;
  return eventsOf(
    'participant.joined',
    { participantId: 's.id' },
    { from, at: 's.joined_at', position, rank: order, ...actor },
  );
}

const sources = [
  eventsOf(
    'conversation.created',
    {},
    { from: 'seed_plan p', at: 'p.created_at', position: '0', rank: rank.created, ...starter },
  ),
  joined(rank.customer, "s.role = 'CUSTOMER'", starter),
  joined(rank.bot, "s.role = 'BOT'", starter),
  joined(rank.agent, "s.role = 'AGENT' AND s.actor_id = p.user_id", assigner, positionOf('assigned')),
  joined(rank.agent, "s.role = 'AGENT' AND s.actor_id = p.colleague_id", user('p.user_id'), positionOf('transferred')),
  at(
    'left',
    'participant.left',
    { participantId: 's.id' },
    user('p.user_id'),
    'JOIN seed_participant s ON s.i = p.i AND s.left_at IS NOT NULL',
  ),
  at('bot_assigned', 'conversation.assigned', { from: 'NULL', to: 'p.bot_public_id', note: 'NULL' }, bot),
  at(
    'assigned',
    'conversation.assigned',
    { from: 'CASE WHEN p.bot_takes_it THEN p.bot_public_id END', to: 'p.user_public_id', note: 'p.assignment_note' },
    assigner,
  ),
  at(
    'transferred',
    'conversation.transferred',
    { from: 'p.user_public_id', to: 'p.colleague_public_id', reason: transferReason, summary: transferSummary },
    user('p.user_id'),
  ),
  at('raised', 'conversation.updated', { changes: change('priority', 'NORMAL', 'HIGH') }, user('p.user_id')),
  at(
    'shut',
    'conversation.closed',
    { reason: 'NULL', resolution: "'UNRESOLVED'", notes: 'NULL' },
    user('p.reopened_by_id'),
  ),
  at('reopened', 'conversation.reopened', {}, user('p.reopened_by_id')),
  at('pending', 'conversation.updated', { changes: change('status', 'OPEN', 'PENDING') }, answerer),
  at('snoozed', 'conversation.snoozed', { until: rfc3339('p.snoozed_until') }, answerer),
  at(
    'closed',
    'conversation.closed',
    { reason: 'p.closure_reason', resolution: 'p.resolution', notes: 'p.closure_notes' },
    { actorType: 'p.closed_by_type', actorId: 'p.closed_by_id' },
  ),
  ...(['agent_read', 'customer_read'] as const).map((moment) =>
    at(
      moment,
      'conversation.read',
      { seq: 'r.seq' },
      moment === 'agent_read' ? answerer : customer,
      `JOIN seed_read r ON r.i = p.i AND r.is_explicit AND r.is_customer = ${moment === 'customer_read'}`,
    ),
  ),
  eventsOf(
    'message.added',
    { messageId: 'l.id', seq: 'l.seq', direction: "CASE WHEN l.inbound THEN 'INBOUND' ELSE 'OUTBOUND' END" },
    {
      from: 'seed_line l JOIN seed_plan p USING (i)',
      at: 'l.at',
      position: 'l.position',
      rank: rank.message,
      actorType: 'l.author_type',
      actorId: 'l.author_id',
    },
  ),
];

/** The temporary table seed_event: the events of the batch, in order of time. */
export const eventTable = `
  CREATE TEMP TABLE seed_event AS
  SELECT ${uuidv7('at')} AS id, row_number() OVER (ORDER BY at, i, position, rank)::int AS ordinal, e.*
  FROM (${sources.join(' UNION ALL ')}) AS e`;

/**
 * Appends the events of the batch to the log. Must be the last write of its transaction.
 * Parameters: workspace, number of events.
 */
export const insertEvents = `
  WITH head AS (
    UPDATE "EventHead"
    SET position = position + $2::int, "eventId" = (SELECT id FROM seed_event WHERE ordinal = $2::int)
    WHERE "workspaceId" = $1::uuid RETURNING position - $2::int AS before
  )
  INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "contactId", "ownerId", "actorType", "actorId",
                       payload, "occurredAt")
  SELECT $1::uuid, head.before + e.ordinal, e.id, e.type, p.id, p.contact_id, p.owner_id, e.actor_type::"ActorType",
         e.actor_id, e.payload, e.at
  FROM head, seed_event e JOIN seed_plan p USING (i)
  ORDER BY e.ordinal`;
