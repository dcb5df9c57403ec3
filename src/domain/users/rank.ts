import { isAbove } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import type { User } from '../../generated/prisma/client.js';
import type { UserRole } from '../../generated/prisma/enums.js';
import { ForbiddenError } from '../../lib/errors.js';

/** Throws ForbiddenError where a viewer would give a role above its own. */
export function assertMayGive(viewer: Viewer, role: UserRole): void {
  if (isAbove(role, viewer)) throw new ForbiddenError(`Nobody gives a role above their own: ${role}.`);
}

/** Throws ForbiddenError where a viewer would change a user above it, and with their e-mail address who signs in as them. */
export function assertMayChange(viewer: Viewer, { role }: Pick<User, 'role'>): void {
  if (isAbove(role, viewer)) throw new ForbiddenError(`Nobody changes a user whose role is above their own: ${role}.`);
}
