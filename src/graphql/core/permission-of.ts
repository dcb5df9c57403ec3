import type { GraphQLField } from 'graphql';
import { isPermission, type Permission } from '../../auth/permissions.js';

/** What a root field asks of the viewer; those that ask for nothing of their own ask for `read`, as their type does. */
export function permissionOf({ name, extensions }: GraphQLField<unknown, unknown>): Permission {
  const { authScopes = { read: true } } = Object(extensions.pothosOptions);
  const [asked = ''] = Object.keys(authScopes);
  if (isPermission(asked)) return asked;
  throw new Error(`${name} asks for no permission that there is.`);
}
