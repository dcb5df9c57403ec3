import SchemaBuilder, { type ObjectRef as PothosObjectRef } from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import ScopeAuthPlugin, { RequestCache } from '@pothos/plugin-scope-auth';
import type { GraphQLField } from 'graphql';
import { isPermission, type Permission } from '../../auth/permissions.js';
import { notAllowed } from '../../auth/viewer.js';
import type PrismaTypes from '../../generated/pothos-prisma-types.js';
import { getDatamodel } from '../../generated/pothos-prisma-types.js';
import { ForbiddenError } from '../../lib/errors.js';
import { encodeId, type IdType, idPrefixes } from '../../lib/ids.js';
import type { JsonObject } from '../../lib/validation.js';
import { assumedRows } from './complexity.js';
import { type Context, recordFailure } from './context.js';

export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: unknown };
    JSONObject: { Input: JsonObject; Output: unknown };
  };
  AuthScopes: Record<Permission, boolean>;
}>({
  // ErrorsPlugin precedes ScopeAuthPlugin, so that a missing permission becomes a member of the mutation's union.
  plugins: [ErrorsPlugin, ScopeAuthPlugin, PrismaPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: ({ viewer }) => {
      const may = (permission: Permission) => viewer.permissions.has(permission);
      return {
        read: may('read'),
        markRead: may('markRead'),
        converse: may('converse'),
        write: may('write'),
        moderate: may('moderate'),
        actForOthers: may('actForOthers'),
        issueTokens: may('issueTokens'),
        administer: may('administer'),
      };
    },
    unauthorizedError: (_parent, context) => recordFailure(context, new ForbiddenError(notAllowed(context.viewer))),
  },
  // The server checks an operation once, before it is executed, rather than at each root field.
  complexity: { disabled: true, defaultListMultiplier: assumedRows },
  errors: { directResult: true, defaultTypes: [] },
  prisma: { client: ({ database }) => database.prisma, dmmf: getDatamodel() },
});

/** The type parameter of the builder, for helpers that take references to its types. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;
export type ObjectRef<Row> = PothosObjectRef<Types, Row>;

builder.queryType({
  description: 'Queries return what the viewer may see in its workspace. docs/permissions.md lists who may do what.',
  authScopes: { read: true },
});
builder.mutationType({
  description: 'Each mutation takes one `input`, and returns a union of its payload and its possible failures.',
});

export const Node = builder.interfaceRef<{ id: string }>('Node').implement({
  description: 'An object with a public id, by which `node` finds it.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'The public id: a type prefix and a UUIDv7 (TypeID).' }) }),
});

/**
 * Lets go of the permissions that were looked up for this context, once its operation is over. They are kept by context in a
 * WeakMap, which to V8's collector of young objects keeps alive all that the context holds (see `perOperation`).
 */
export function forgetPermissions(context: Context): void {
  RequestCache.clearForContext(context);
}

/** What the `id` field of a type is made of: the public id of a row. */
export function publicId(type: IdType) {
  return {
    description: `Begins with \`${idPrefixes[type]}_\`.`,
    resolve: ({ id }: { id: string }) => encodeId(type, id),
  };
}

/** The permission that a root field requires. Fields without one of their own require `read`, as their type does. */
export function permissionOf({ name, extensions }: GraphQLField<unknown, unknown>): Permission {
  const { authScopes = { read: true } } = Object(extensions.pothosOptions);
  const [required = ''] = Object.keys(authScopes);
  if (isPermission(required)) return required;
  throw new Error(`${name} requires an unknown permission.`);
}
