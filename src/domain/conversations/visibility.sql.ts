import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import { Prisma } from '../../generated/prisma/client.js';

/** The condition on the alias `c` that the viewer may see a conversation, by the table of callers in auth. */
export function visibleTo({ workspaceId, actor, kind }: Viewer): Prisma.Sql {
  const inWorkspace = Prisma.sql`c."workspaceId" = ${workspaceId}::uuid`;
  switch (callers[kind].sees) {
    case 'ALL':
      return inWorkspace;
    case 'OWN':
      return Prisma.sql`${inWorkspace} AND c."contactId" = ${actor.id}::uuid`;
    case 'SHARED': {
      const own = actor.type === 'BOT' ? Prisma.sql`c."botId"` : Prisma.sql`c."ownerId"`;
      return Prisma.sql`${inWorkspace} AND (c."ownerId" IS NULL OR ${own} = ${actor.id}::uuid OR c.id IN (
        SELECT p."conversationId" FROM "Participant" p
        WHERE p."workspaceId" = ${workspaceId}::uuid AND p."actorId" = ${actor.id}::uuid AND p."leftAt" IS NULL))`;
    }
  }
}
