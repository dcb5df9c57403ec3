import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import { Prisma } from '../../generated/prisma/client.js';

/** Which conversations a viewer may see, as a condition on the alias `c`: what its kind sees by the table of callers. */
export function visibleTo({ workspaceId, actor, kind }: Viewer): Prisma.Sql {
  const ofWorkspace = Prisma.sql`c."workspaceId" = ${workspaceId}::uuid`;
  switch (callers[kind].sees) {
    case 'ALL':
      return ofWorkspace;
    case 'OWN':
      return Prisma.sql`${ofWorkspace} AND c."contactId" = ${actor.id}::uuid`;
    case 'SHARED': {
      const mine = actor.type === 'BOT' ? Prisma.sql`c."botId"` : Prisma.sql`c."ownerId"`;
      return Prisma.sql`${ofWorkspace} AND (c."ownerId" IS NULL OR ${mine} = ${actor.id}::uuid OR c.id IN (
        SELECT p."conversationId" FROM "Participant" p
        WHERE p."workspaceId" = ${workspaceId}::uuid AND p."actorId" = ${actor.id}::uuid AND p."leftAt" IS NULL))`;
    }
  }
}
