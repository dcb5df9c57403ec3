import { isAbove } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import type { User } from '../../generated/prisma/client.js';
import type { UserRole } from '../../generated/prisma/enums.js';
import { ForbiddenError } from '../../lib/errors.js';

/** Throws ForbiddenError if the role is above the viewer's own. */
export function assertMayAssignRole(viewer: Viewer, role: UserRole): void {
  if (isAbove(role, viewer)) throw new ForbiddenError(`You cannot assign a role above your own: ${role}.`);
}

/**
 * Throws ForbiddenError if the user's role is above the viewer's own: by changing the email address of such a user, the
 * viewer could sign in as that user.
 */
export function assertMayManage(viewer: Viewer, { role }: Pick<User, 'role'>): void {
  if (isAbove(role, viewer))
    throw new ForbiddenError(`You cannot change a user whose role is above your own: ${role}.`);
}
