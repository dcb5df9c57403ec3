import type { Database } from '../db/client.js';
import { Prisma, type User } from '../generated/prisma/client.js';
import { decodeId } from '../lib/ids.js';
import { isServed } from './closed-workspace.sql.js';
import type { ProviderIdentity } from './identity-provider.js';

type IdentityUser = Pick<User, 'workspaceId' | 'id' | 'role' | 'reactivatedAt'>;

/** The condition that the user `u` is in the workspace with this id or slug; in any if it is null. */
function isIn(workspace: string | null): Prisma.Sql {
  if (workspace === null) return Prisma.sql`TRUE`;
  const id = decodeId('Workspace', workspace);
  if (id) return Prisma.sql`u."workspaceId" = ${id}::uuid`;
  return Prisma.sql`u."workspaceId" = (SELECT id FROM "Workspace" WHERE slug = ${workspace})`;
}

/**
 * The active user that a sign-in at the identity provider means; null unless there is exactly one. Workspaces that are being
 * imported or deleted do not count: nobody can sign in to them.
 */
export async function findIdentityUser(
  { read }: Pick<Database, 'read'>,
  { email, workspace }: Pick<ProviderIdentity, 'email' | 'workspace'>,
): Promise<IdentityUser | null> {
  const [user, another] = await read<IdentityUser>`
    SELECT u."workspaceId", u.id, u.role::text AS role, u."reactivatedAt" FROM "User" u
    WHERE u.email = ${email} AND u."deactivatedAt" IS NULL AND ${isIn(workspace)}
      AND ${isServed(Prisma.sql`u."workspaceId"`)}
    LIMIT 2`;
  return user && !another ? user : null;
}
