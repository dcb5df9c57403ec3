import type { SqlClient } from '../../db/client.js';
import type { User } from '../../generated/prisma/client.js';
import type { UserRole } from '../../generated/prisma/enums.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** Locks a user for an update; throws NotFoundError if the workspace has no such user. */
export async function lockUser({ tx, workspaceId }: Work, id: string): Promise<User> {
  const [user] = await tx.$queryRaw<User[]>`
    SELECT * FROM "User" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  if (!user) throw new NotFoundError('user', encodeId('User', id));
  return user;
}

/** Throws ConflictError if another user of the workspace has this email address. */
export async function assertEmailFree({ tx, workspaceId }: Work, email: string, exceptId?: string): Promise<void> {
  const taken = await tx.user.findUnique({ where: { workspaceId_email: { workspaceId, email } } });
  if (taken && taken.id !== exceptId) throw new ConflictError('Another user has this email address.');
}

/** The role of a user; null if the workspace has no such user. */
export async function roleOfUser(tx: SqlClient, workspaceId: string, id: string): Promise<UserRole | null> {
  const [user] = await tx.$queryRaw<Pick<User, 'role'>[]>`
    SELECT role FROM "User" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`;
  return user?.role ?? null;
}
