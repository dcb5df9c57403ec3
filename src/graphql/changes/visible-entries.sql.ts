import { callers } from '../../auth/permissions.js';
import { seesAll, type Viewer } from '../../auth/viewer.js';
import { anyIn } from '../../db/any-in.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import type { LogEntry } from '../../event-log/log-event.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { Context } from '../core/context.js';
import { endsSight } from '../events/viewer-log.sql.js';

/** The condition that an entry takes a conversation out of the viewer's sight, or deletes it; alias `e`. */
function losesSight(viewer: Viewer): Prisma.Sql {
  if (viewer.actor.type !== 'BOT') return endsSight(viewer);
  return Prisma.sql`(${endsSight(viewer)} OR e.payload->>'formerBot' = ${viewer.actor.id})`;
}

/** The condition that the viewer may see what an entry changed, or could until then; alias `e`. */
export function visibleEntries(viewer: Viewer): Prisma.Sql {
  const { workspaceId, kind, actor } = viewer;
  const ofWorkspace = Prisma.sql`e."workspaceId" = ${workspaceId}::uuid`;
  switch (callers[kind].sees) {
    case 'ALL':
      return ofWorkspace;
    case 'OWN':
      return Prisma.sql`${ofWorkspace} AND (e."contactId" = ${actor.id}::uuid
        OR e."conversationId" IS NULL AND (e."nodeId" = ${actor.id}::uuid OR e."nodeId" IN (${metBy(viewer)})))`;
    case 'SHARED':
      return Prisma.sql`${ofWorkspace} AND (e."ownerId" IS NULL OR e."ownerId" = ${actor.id}::uuid OR EXISTS (
        SELECT FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = e."conversationId") OR ${losesSight(viewer)})`;
  }
}

/** The ids of everyone in a conversation of the viewer, and of the channels of its conversations. */
function metBy(viewer: Viewer): Prisma.Sql {
  return Prisma.sql`
    SELECT p."actorId" FROM "Participant" p
    JOIN "Conversation" c ON c."workspaceId" = p."workspaceId" AND c.id = p."conversationId" WHERE ${visibleTo(viewer)}
    UNION SELECT c."channelId" FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c."channelId" IS NOT NULL`;
}

/** Whether the viewer may see what an entry changed, as far as the entry tells; null if only the database knows. */
function isVisible({ kind, actor }: Viewer, { conversationId, contactId, ownerId }: LogEntry): boolean | null {
  if (kind === 'CONTACT') return contactId === actor.id || (conversationId === null ? null : false);
  return ownerId === null || ownerId === actor.id ? true : null;
}

/** The entries of a batch that changed what the viewer may see, or could until then. */
export async function selectVisible({ database, viewer }: Context, batch: readonly LogEntry[]): Promise<LogEntry[]> {
  if (seesAll(viewer)) return [...batch];
  const known = new Map(batch.map((entry) => [entry.id, isVisible(viewer, entry)]));
  const doubtful = batch.filter(({ id }) => known.get(id) === null).map(({ id }) => id);
  if (doubtful.length > 0) {
    const visible = await database.read<{ id: string }>`
      SELECT e.id FROM "Event" e WHERE ${visibleEntries(viewer)} AND e.id = ${anyIn(doubtful, 'uuid')}`;
    for (const { id } of visible) known.set(id, true);
  }
  return batch.filter(({ id }) => known.get(id) === true);
}
