import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { type EventType, eventsForContacts } from '../../event-log/log-event.js';
import { Prisma } from '../../generated/prisma/client.js';

/** The types of events that a viewer may see; null for all of them. */
export function visibleTypes({ kind }: Viewer): readonly EventType[] | null {
  return kind === 'CONTACT' ? eventsForContacts : null;
}

/** Whether a viewer may see events of this type, as a condition on the alias `e`. */
export function ofVisibleType(viewer: Viewer): Prisma.Sql {
  const types = visibleTypes(viewer);
  return types ? Prisma.sql`e.type = ANY(${[...types]}::text[])` : Prisma.sql`TRUE`;
}

/** Which events a viewer may see, as a condition on the alias `e`: those of the conversations that it may see. */
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
        SELECT FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = e."conversationId"))`;
  }
}
