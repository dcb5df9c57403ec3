import type { Viewer } from '../auth/viewer.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * Which conversations a viewer may see, as a condition on the alias `c`. A key sees its whole workspace. A bot sees those
 * without an owner, and of the others those whose bot it is or that it is in. What may not be seen does not exist.
 */
export function visibleTo({ workspaceId, actor }: Viewer): Prisma.Sql {
  const ofWorkspace = Prisma.sql`c."workspaceId" = ${workspaceId}::uuid`;
  if (actor.type === 'API_KEY') return ofWorkspace;
  return Prisma.sql`${ofWorkspace} AND (c."ownerId" IS NULL OR c."botId" = ${actor.id}::uuid OR EXISTS (
    SELECT FROM "Participant" p
    WHERE p."workspaceId" = c."workspaceId" AND p."conversationId" = c.id AND p."actorId" = ${actor.id}::uuid
      AND p."leftAt" IS NULL))`;
}
