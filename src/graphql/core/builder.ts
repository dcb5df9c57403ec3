import SchemaBuilder, { type ObjectRef as PothosObjectRef } from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import type { Permission } from '../../auth/permissions.js';
import { notAllowed } from '../../auth/viewer.js';
import type PrismaTypes from '../../generated/pothos-prisma-types.js';
import { getDatamodel } from '../../generated/pothos-prisma-types.js';
import { ForbiddenError } from '../../lib/errors.js';
import type { JsonObject } from '../../lib/validation.js';
import { complexityLimit, tooComplex } from './complexity.js';
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
  // Errors comes before scope-auth, so that a refusal becomes a member of a mutation's union.
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
  complexity: { limit: complexityLimit, defaultListMultiplier: 5, complexityError: tooComplex },
  errors: { directResult: true, defaultTypes: [] },
  prisma: { client: ({ database }) => database.prisma, dmmf: getDatamodel() },
});

/** The builder's own types, for helpers that take references to its objects. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;
export type ObjectRef<Row> = PothosObjectRef<Types, Row>;

builder.queryType({
  description: 'Reads. They see what the viewer may see of its workspace; docs/permissions.md says who may do what.',
  authScopes: { read: true },
});
builder.mutationType({
  description: 'Writes: each takes one `input` and answers a union of its payload and the failures it can have.',
});
