import type { Viewer } from '../auth/viewer.js';
import { visibleTo } from '../conversations/visibility.sql.js';
import { Prisma } from '../generated/prisma/client.js';

/** Which events a viewer may see, as a condition on the alias `e`: those of the conversations that it may see. */
export function visibleEvents(viewer: Viewer): Prisma.Sql {
  const ofWorkspace = Prisma.sql`e."workspaceId" = ${viewer.workspaceId}::uuid`;
  if (viewer.actor.type === 'API_KEY') return ofWorkspace;
  return Prisma.sql`${ofWorkspace} AND (e."ownerId" IS NULL OR EXISTS (
    SELECT FROM "Conversation" c WHERE ${visibleTo(viewer)} AND c.id = e."conversationId"))`;
}
