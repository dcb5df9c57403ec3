import { Prisma } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { movesActor, slot, type Touch } from './touch.js';
import { visibleEntries } from './visible-entries.sql.js';

const { sql, empty } = Prisma;

/** What an entry is about, besides its conversation: as in the index "Event_node_idx"; alias `e`. */
const nodeOf = sql`coalesce(e."nodeId", (coalesce(
  e.payload->>'messageId', e.payload->>'participantId', e.payload->>'prospectId'))::uuid)`;

const moving = [...movesActor];

/** Which part of the log to go through, and how many touches to return at most. */
export type Walk = {
  after: number;
  until: number;
  /** How many entries to go through at most. */
  entries: number;
  limit: number;
  /** Touches of conversations only. */
  conversationsOnly: boolean;
};

type Row = { reached: bigint } & ((Omit<Touch, 'position'> & { position: bigint }) | { [Key in keyof Touch]: null });

/**
 * What the entries of a part of the log changed that the viewer may see, or could until then: each thing once, in the
 * order of its last touch, and only if it is not touched again between there and `until`. `reached` is the position up
 * to which the log was gone through. Neither the rows read here nor those returned depend on how often a thing changed,
 * except for the narrow entries themselves.
 */
export async function readTouched(
  { database, viewer }: Context,
  { after, until, entries, limit, conversationsOnly }: Walk,
): Promise<{ reached: number; touches: Touch[] }> {
  const workspaceId = sql`${viewer.workspaceId}::uuid`;
  const others = sql`
    UNION ALL
    SELECT ${slot.node}::int, w.node, w.position, w.id, w.type, w."conversationId" FROM walked w
    WHERE w.node IS NOT NULL AND w.node IS DISTINCT FROM w."conversationId"
    UNION ALL
    SELECT ${slot.actor}::int, p.id, s.position, s.id, s.type, s."conversationId" FROM (
      SELECT DISTINCT ON (w."conversationId", w."actorId") w.* FROM walked w
      WHERE w.type = ANY(${moving}::text[]) ORDER BY w."conversationId", w."actorId", w.position DESC
    ) s
    JOIN "Participant" p ON p."workspaceId" = ${workspaceId} AND p."conversationId" = s."conversationId"
      AND p."actorId" = s."actorId" AND p."leftAt" IS NULL`;
  // As a value of its own, so that an index can be searched from it.
  const reachedPosition = sql`(SELECT position FROM reached)`;
  const later = sql`${visibleEntries(viewer)} AND e.position > ${reachedPosition} AND e.position <= ${until}`;
  const othersLater = sql`
    AND NOT EXISTS (SELECT FROM "Event" e WHERE t.slot > 0 AND ${later} AND ${nodeOf} = t.id)
    AND NOT EXISTS (SELECT FROM "Participant" p JOIN "Event" e ON e."conversationId" = p."conversationId"
        AND e."actorId" = p."actorId" AND e.type = ANY(${moving}::text[])
      WHERE t.slot > 0 AND p."workspaceId" = ${workspaceId} AND p.id = t.id AND p."leftAt" IS NULL AND ${later})`;
  // Each step is carried out once: nothing tells the planner how many rows it has.
  const rows = await database.read<Row>`
    WITH walked AS MATERIALIZED (
      SELECT e.position, e.id, e.type, e."conversationId", e."actorId", ${nodeOf} AS node FROM "Event" e
      WHERE ${visibleEntries(viewer)} AND e.position > ${after} AND e.position <= ${until}
      ORDER BY e.position LIMIT ${entries}
    ), reached AS MATERIALIZED (
      SELECT coalesce((SELECT position FROM walked ORDER BY position OFFSET ${entries - 1} LIMIT 1), ${until}) AS position
    ), touched AS MATERIALIZED (
      SELECT DISTINCT ON (t.id) t.* FROM (
        SELECT ${slot.conversation}::int AS slot, w."conversationId" AS id, w.position, w.id AS "eventId", w.type,
          w."conversationId"
        FROM walked w WHERE w."conversationId" IS NOT NULL ${conversationsOnly ? empty : others}
      ) t ORDER BY t.id, t.position DESC
    ), settled AS MATERIALIZED (
      SELECT t.* FROM touched t
      WHERE NOT EXISTS (SELECT FROM "Event" e WHERE t.slot = 0 AND ${later} AND e."conversationId" = t.id)
        ${conversationsOnly ? empty : othersLater}
      ORDER BY t.position, t.slot LIMIT ${limit}
    )
    SELECT reached.position AS reached, settled.* FROM reached LEFT JOIN settled ON TRUE
    ORDER BY settled.position, settled.slot`;
  const touches = rows.flatMap(({ reached: _, position, ...touch }) =>
    position === null || touch.id === null ? [] : [{ ...touch, position: Number(position) }],
  );
  return { reached: Number(rows[0]?.reached ?? until), touches };
}
