import type { Viewer } from '../auth/viewer.js';
import { Prisma } from '../generated/prisma/client.js';

/** What `unreadBy` computes for a viewer who is not on the customer's side, as an expression on the alias `c`. */
export function unreadSql({ workspaceId, actor }: Viewer): Prisma.Sql {
  if (actor.type === 'API_KEY') return Prisma.sql`(c."inboundCount" - c."teamReadInbound")`;
  return Prisma.sql`(c."inboundCount" - coalesce((SELECT r."inboundCount" FROM "ReadPosition" r
    WHERE r."workspaceId" = ${workspaceId}::uuid AND r."conversationId" = c.id AND r."actorId" = ${actor.id}::uuid), 0))`;
}
