import { Prisma } from '../generated/prisma/client.js';

/** The condition that a workspace, given by the column of its id, is neither being imported nor being deleted. */
export function isServed(workspaceId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`NOT EXISTS (SELECT FROM "ClosedWorkspace" closed WHERE closed."workspaceId" = ${workspaceId})`;
}
