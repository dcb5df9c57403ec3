import { type ApiKey as ApiKeyRow, Prisma } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { pageComplexity, rowWeight } from '../core/complexity.js';
import { connectionType, pageArgs } from '../core/connection.js';
import { byId, listRows } from '../core/list-field.js';
import { ApiKey } from './api-key.type.js';

const ApiKeyConnection = connectionType('ApiKey', ApiKey, 'API keys');

// A raw query returns an array of an enum as one string, so it is cast to an array of strings.
const columns = Prisma.sql`r."workspaceId", r.id, r.name, r.scopes::text[] AS scopes, r."botId", r."expiresAt",
  r."lastUsedAt", r."revokedAt", r."createdAt", r."createdByType", r."createdById"`;

builder.queryField('apiKeys', (t) =>
  t.field({
    type: ApiKeyConnection,
    complexity: pageComplexity(rowWeight.plain),
    authScopes: { administer: true },
    description: 'The API keys of the workspace, oldest first, including those of bots and revoked and expired keys.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) =>
      listRows(context, args, { table: 'ApiKey', ordering: byId<ApiKeyRow>('apiKeys'), columns }),
  }),
);
