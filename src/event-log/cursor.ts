import { GraphQLError } from 'graphql';
import type { Viewer } from '../auth/viewer.js';
import type { Database } from '../db/client.js';
import type { Ordering } from '../db/keyset.js';
import { Prisma } from '../generated/prisma/client.js';
import type { CursorCodec } from '../lib/cursor-codec.js';
import { badUserInput } from '../lib/errors.js';
import type { LogEvent, LogPart, LogPosition } from './log-event.js';
import { readEventId } from './read-log.sql.js';

/** What encoding and resolving the log's cursors requires. */
export type CursorContext = { database: Database; cursors: CursorCodec; viewer: Viewer };

const KIND = 'events';
const SUFFIX_LENGTH = 12;

/** The end of an event's id: enough to tell the event from one at the same position in another history of the log. */
function suffixOf(eventId: string | null): string {
  return eventId?.slice(-SUFFIX_LENGTH) ?? '';
}

/** A position in a log, with the end of the id of the event there, as a cursor names it. */
export type LogPoint = { position: number; suffix: string };

export function pointOf({ position, eventId }: LogPosition): LogPoint {
  return { position, suffix: suffixOf(eventId) };
}

/** The point of the viewer's log that a cursor stands for; null if it is none of this log. */
export function decodePoint(
  { cursors, viewer }: Pick<CursorContext, 'cursors' | 'viewer'>,
  cursor: string,
): LogPoint | null {
  const [position, workspaceId, suffix] = cursors.decode(KIND, cursor) ?? [];
  if (typeof position !== 'number' || workspaceId !== viewer.workspaceId) return null;
  return { position, suffix: String(suffix) };
}

/**
 * The cursor of a position in the viewer's log. All queries, subscriptions and webhooks use this format. With `part`: of
 * the entry at this position, only what comes up to that part was passed on.
 */
export function encodeLogPosition(
  { cursors, viewer }: Pick<CursorContext, 'cursors' | 'viewer'>,
  { position, eventId }: LogPosition,
  part?: string,
): string {
  const values = [position, viewer.workspaceId, suffixOf(eventId)];
  return cursors.encode(KIND, part === undefined ? values : [...values, part]);
}

/** The order of the log, oldest first. Its cursors are those of `encodeLogPosition`. */
export function logOrdering(workspaceId: string): Ordering<LogEvent> {
  return {
    name: KIND,
    column: Prisma.sql`e.position`,
    type: 'bigint',
    descending: false,
    value: ({ position }) => Number(position),
    tiebreak: null,
    mark: { of: ({ id }) => [workspaceId, suffixOf(id)], accepts: ([workspace]) => workspace === workspaceId },
  };
}

/** The error for a reader whose next event was trimmed, or whose cursor belongs to another history of the log. */
export function cursorExpired(): GraphQLError {
  return new GraphQLError(
    'The log no longer has the events after this cursor. Reload your data with a new eventCursor, and resume from it.',
    { extensions: { code: 'CURSOR_EXPIRED' } },
  );
}

/**
 * The position that a cursor stands for. Throws BAD_USER_INPUT if it is not a cursor of this workspace's log. Throws
 * CURSOR_EXPIRED if the events after it were trimmed, or if the log does not have its event, as after a restore from a
 * backup.
 */
export async function resumeFrom(context: CursorContext, after: string): Promise<LogPosition> {
  const { viewer, database } = context;
  const point = decodePoint(context, after);
  if (!point)
    throw badUserInput('after must be the cursor of an event of this workspace, or its eventCursor.', ['after']);
  const { position, suffix } = point;
  const eventId = await readEventId(database, viewer.workspaceId, position);
  if (eventId === undefined || suffixOf(eventId) !== suffix) throw cursorExpired();
  return { position, eventId };
}

/** Where a reader of changes goes on: everything up to `complete` was passed on, and of the entry after it `done`. */
export type ResumePoint = { complete: LogPosition; done: LogPart | null };

/** Like `resumeFrom`, for a cursor that may stand for a part of an entry. */
export async function resumeWithin(context: CursorContext, after: string): Promise<ResumePoint> {
  const at = await resumeFrom(context, after);
  const part = context.cursors.decode(KIND, after)?.[3];
  if (part === undefined) return { complete: at, done: null };
  const position = at.position - 1;
  const eventId = await readEventId(context.database, context.viewer.workspaceId, position);
  if (eventId === undefined) throw cursorExpired();
  return { complete: { position, eventId }, done: { position: at.position, part: String(part) } };
}
