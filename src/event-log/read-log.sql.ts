import { anyIn } from '../db/any-in.js';
import type { Database, SqlClient } from '../db/client.js';
import { type EventHead, Prisma } from '../generated/prisma/client.js';
import { perTurn } from '../lib/per-turn.js';
import type { LogEntry, LogPosition } from './log-event.js';

/** The last position of a workspace's log. */
export type Head = LogPosition & { workspaceId: string };

/** The heads of the logs of these workspaces, in one statement. */
export async function readHeads({ read }: Pick<Database, 'read'>, workspaceIds: string[]): Promise<Head[]> {
  const rows = await read<EventHead>`
    SELECT "workspaceId", position, "eventId" FROM "EventHead" WHERE "workspaceId" = ${anyIn(workspaceIds, 'uuid')}`;
  return rows.map(({ workspaceId, position, eventId }) => ({ workspaceId, position: Number(position), eventId }));
}

/** The head of one workspace's log; position 0 if the log is empty. */
export async function readHead(database: Pick<Database, 'read'>, workspaceId: string): Promise<LogPosition> {
  const [head] = await readHeads(database, [workspaceId]);
  return { position: head?.position ?? 0, eventId: head?.eventId ?? null };
}

/**
 * The next entries of a workspace's log after a position, at most `limit`, which is one of a few constants: as a part of the
 * statement, so that PostgreSQL knows it when it makes a plan for any position.
 */
export async function readLogAfter(
  { read }: Pick<Database, 'read'>,
  workspaceId: string,
  position: number,
  limit: number,
): Promise<LogEntry[]> {
  return read<LogEntry>`
    SELECT * FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid AND position > ${position}
    ORDER BY position LIMIT ${Prisma.raw(String(limit))}`;
}

/** The position of an event in a workspace's log; null if the log no longer has it. */
export async function readPosition(
  { read }: Pick<Database, 'read'>,
  workspaceId: string,
  eventId: string,
): Promise<LogPosition | null> {
  const [event] = await read<{ position: number }>`
    SELECT position FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${eventId}::uuid`;
  return event ? { position: Number(event.position), eventId } : null;
}

/**
 * The id of the event at a position after which the log is complete: an event that is still in the log, or the last one
 * that was trimmed. Null at position 0 of a log that was never trimmed; undefined if there is no such event. It is read once
 * for all that ask for it together, as clients do that come back after a cut of the network.
 */
export function readEventId(
  database: Pick<Database, 'read'>,
  workspaceId: string,
  position: number,
): Promise<string | null | undefined> {
  const find = eventIds.get(database) ?? createEventIds(database);
  eventIds.set(database, find);
  return find({ workspaceId, position });
}

type Place = { workspaceId: string; position: number };
type EventIds = (place: Place) => Promise<string | null | undefined>;

const eventIds = new WeakMap<Pick<Database, 'read'>, EventIds>();

function createEventIds({ read }: Pick<Database, 'read'>): EventIds {
  const readOne = async ({ workspaceId, position }: Place) => {
    const [event] = await read<{ id: string | null }>`
      SELECT id FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid AND position = ${position}
      UNION ALL
      SELECT "eventId" FROM "EventTrim" WHERE "workspaceId" = ${workspaceId}::uuid AND position = ${position}
      UNION ALL
      SELECT NULL WHERE ${position}::bigint = 0
        AND NOT EXISTS (SELECT FROM "EventTrim" WHERE "workspaceId" = ${workspaceId}::uuid)`;
    return event?.id;
  };
  return perTurn(async (places) => {
    const reading = new Map<string, Promise<string | null | undefined | Error>>();
    return Promise.all(
      places.map((place) => {
        const key = `${place.workspaceId} ${place.position}`;
        const known = reading.get(key) ?? readOne(place).catch(asError);
        reading.set(key, known);
        return known;
      }),
    );
  });
}

/** One workspace's failure is not to be that of others who ask in the same turn. */
function asError(failure: unknown): Error {
  return failure instanceof Error ? failure : new Error(String(failure));
}

/** How many events of conversations a workspace's log has after a position. */
export async function countEventsAfter(prisma: SqlClient, workspaceId: string, position: number): Promise<number> {
  const [counted] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "Event"
    WHERE "workspaceId" = ${workspaceId}::uuid AND position > ${position} AND "nodeId" IS NULL`;
  return counted?.count ?? 0;
}

/** A question about a workspace's log, and about the event at one of its positions. */
export type LogQuestion = { workspaceId: string; position: number };

/** The head of a log, which is null if there is no such workspace, and the id of an event; null if the log does not have it. */
export type LogState = { head: LogPosition | null; eventId: string | null };

type StateRow = { position: bigint | null; headId: string | null; eventId: string | null };

/** Answers questions about logs in one statement, in their order. */
export async function readLogStates(
  { read }: Pick<Database, 'read'>,
  questions: readonly LogQuestion[],
): Promise<LogState[]> {
  const rows = await read<StateRow>`
    SELECT h.position, h."eventId" AS "headId", e.id AS "eventId"
    FROM unnest(${questions.map(({ workspaceId }) => workspaceId)}::uuid[], ${questions.map(({ position }) => position)}::bigint[])
      WITH ORDINALITY AS asked("workspaceId", position, ordinal)
    LEFT JOIN "EventHead" h ON h."workspaceId" = asked."workspaceId"
    LEFT JOIN "Event" e ON e."workspaceId" = asked."workspaceId" AND e.position = asked.position
    ORDER BY asked.ordinal`;
  return rows.map(({ position, headId, eventId }) => ({
    head: position === null ? null : { position: Number(position), eventId: headId },
    eventId,
  }));
}
