import { UserRole } from '../../generated/prisma/enums.js';
import { clearable, required } from '../../lib/input.js';
import { email, enumOf, id, text, url } from '../../lib/rules.js';

/** The fields that a new user needs and an update may leave out: the arguments of `required` and `optional`. */
export const userFields = {
  name: [text(255), 'The display name.'],
  email: [email, 'The email address, unique in the workspace.'],
  role: [enumOf('UserRole', UserRole, 'a role'), 'What the user may do.'],
} as const;

export const avatarField = { avatarUrl: clearable(url, 'A picture of the user.') };

/** The fields whose changes are audited. */
export const auditedFields = ['name', 'email', 'role', 'avatarUrl'] as const;

export const userIdField = { userId: required(id('User'), 'The user.') };
