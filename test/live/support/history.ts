import { uuidOf } from '../../support/ids.js';
import type { TestServer, TestWorkspace } from '../../support/parley.js';

/** Replaces the history of a workspace, as restoring a backup does: every cursor of before has expired. */
export async function undoHistory({ database }: Pick<TestServer, 'database'>, { id }: TestWorkspace): Promise<void> {
  const workspaceId = uuidOf(id);
  await database.prisma.$executeRaw`
    UPDATE "Event" SET id = gen_random_uuid() WHERE "workspaceId" = ${workspaceId}::uuid`;
  await database.prisma.$executeRaw`
    UPDATE "EventHead" h SET "eventId" = e.id FROM "Event" e
    WHERE h."workspaceId" = ${workspaceId}::uuid AND e."workspaceId" = h."workspaceId" AND e.position = h.position`;
}
