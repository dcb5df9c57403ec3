import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { type EventType, eventsForContacts, type LogPosition } from '../../event-log/log-event.js';
import { readHead } from '../../event-log/read-log.sql.js';
import { Prisma } from '../../generated/prisma/client.js';
import { type Context, perOperation } from '../core/context.js';

/** The head of the viewer's log when the operation first needs it. */
export const logHead = perOperation(({ database, viewer }) => readHead(database, viewer.workspaceId));

/** The head of the viewer's log for a subscription that starts now: those that start at the same moment share its read. */
export function startNow({ live, viewer }: Pick<Context, 'live' | 'viewer'>): Promise<LogPosition> {
  return live.logFollower.head(viewer.workspaceId);
}

/** The types of events that a viewer may see; null for all types. */
export function visibleTypes({ kind }: Pick<Viewer, 'kind'>): readonly EventType[] | null {
  return kind === 'CONTACT' ? eventsForContacts : null;
}

/** The condition that an entry is an event of a type that a viewer may see; alias `e`. */
export function ofVisibleType(viewer: Viewer): Prisma.Sql {
  const types = visibleTypes(viewer);
  const isEvent = Prisma.sql`e."nodeId" IS NULL`;
  return types ? Prisma.sql`${isEvent} AND e.type = ANY(${[...types]}::text[])` : isEvent;
}

/**
 * The condition that an event takes the viewer out of the conversation, or deletes it while the viewer takes part in it;
 * alias `e`. If that was its only way to see the conversation, this is the last event of it that the viewer sees.
 */
export function endsSight({ workspaceId, actor }: Viewer): Prisma.Sql {
  return Prisma.sql`(e.type = 'participant.left' AND EXISTS (
    SELECT FROM "Participant" p WHERE p."workspaceId" = ${workspaceId}::uuid AND p."actorId" = ${actor.id}::uuid
      AND p."conversationId" = e."conversationId" AND p.id = (e.payload->>'participantId')::uuid)
    OR e.type = 'conversation.deleted' AND jsonb_exists(e.payload->'seenBy', ${actor.id}))`;
}

/**
 * The condition that a viewer may see an event, as it may see the conversation, or could until this event; alias `e`.
 */
export function visibleEvents(viewer: Viewer): Prisma.Sql {
  const { workspaceId, kind, actor } = viewer;
  const ofWorkspace = Prisma.sql`e."workspaceId" = ${workspaceId}::uuid AND ${ofVisibleType(viewer)}`;
  switch (callers[kind].sees) {
    case 'ALL':
      return ofWorkspace;
    case 'OWN':
      return Prisma.sql`${ofWorkspace} AND e."contactId" = ${actor.id}::uuid`;
    case 'SHARED':
      return Prisma.sql`${ofWorkspace} AND (e."ownerId" IS NULL OR e."ownerId" = ${actor.id}::uuid OR EXISTS (
        SELECT FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = e."conversationId") OR ${endsSight(viewer)})`;
  }
}
