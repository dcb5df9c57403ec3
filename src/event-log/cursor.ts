import { GraphQLError } from 'graphql';
import type { Viewer } from '../auth/viewer.js';
import type { Database } from '../db/client.js';
import type { Ordering } from '../db/keyset.js';
import { Prisma } from '../generated/prisma/client.js';
import type { CursorCodec } from '../lib/cursor-codec.js';
import { badUserInput } from '../lib/errors.js';
import type { LogEvent, LogPlace } from './log-event.js';
import { readEventId } from './read-log.sql.js';

/** What reading and writing the log's cursors takes. */
export type CursorContext = { database: Database; cursors: CursorCodec; viewer: Viewer };

const KIND = 'events';
const TAIL_LENGTH = 12;

/** The end of an event's id: enough to tell it from another event at the same position of another history. */
function tailOf(eventId: string | null): string {
  return eventId?.slice(-TAIL_LENGTH) ?? '';
}

/** The cursor of a place in the viewer's log; the same format everywhere. */
export function encodeLogPlace(
  { cursors, viewer }: Pick<CursorContext, 'cursors' | 'viewer'>,
  { position, eventId }: LogPlace,
): string {
  return cursors.encode(KIND, [position, viewer.workspaceId, tailOf(eventId)]);
}

/** The log's order, oldest first, whose cursors are those of `encodeLogPlace`. */
export function logOrdering(workspaceId: string): Ordering<LogEvent> {
  return {
    name: KIND,
    column: Prisma.sql`e.position`,
    type: 'bigint',
    descending: false,
    value: ({ position }) => Number(position),
    tiebreak: null,
    mark: { of: ({ id }) => [workspaceId, tailOf(id)], accepts: ([workspace]) => workspace === workspaceId },
  };
}

/** The answer to a reader that is behind the trimmed part of the log, or reads the log of another history. */
export function cursorExpired(): GraphQLError {
  return new GraphQLError(
    'The log no longer has what follows this cursor. Read everything anew, then resume from there.',
    { extensions: { code: 'CURSOR_EXPIRED' } },
  );
}

/**
 * The place that a cursor names. Throws BAD_USER_INPUT where it is not a cursor of this workspace's log, and
 * CURSOR_EXPIRED where the log no longer has what follows it, or never had that event there: trimmed, or restored from a
 * backup.
 */
export async function resumeFrom(context: CursorContext, after: string): Promise<LogPlace> {
  const { cursors, viewer, database } = context;
  const [position, workspaceId, tail] = cursors.decode(KIND, after) ?? [];
  if (typeof position !== 'number' || workspaceId !== viewer.workspaceId) {
    throw badUserInput('after must be the cursor of an event of this workspace, or its eventCursor.', ['after']);
  }
  const eventId = await readEventId(database, viewer.workspaceId, position);
  if (eventId === undefined || tailOf(eventId) !== tail) throw cursorExpired();
  return { position, eventId };
}
