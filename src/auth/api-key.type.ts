import DataLoader from 'dataloader';
import { Actor } from '../actors/actor-interface.js';
import type { ApiKey as ApiKeyRow } from '../generated/prisma/client.js';
import { ApiKeyScope as ApiKeyScopes } from '../generated/prisma/enums.js';
import { builder } from '../graphql/builder.js';
import { perOperation } from '../graphql/context.js';
import { encodeId } from '../graphql/ids.js';
import { Node } from '../graphql/node.js';

export const ApiKeyScope = builder.enumType('ApiKeyScope', {
  description: 'What an API key may do.',
  values: {
    [ApiKeyScopes.READ]: { description: 'Read the whole workspace.' },
    [ApiKeyScopes.WRITE]: { description: 'Read, and write conversations, messages and contacts.' },
    [ApiKeyScopes.ADMIN]: { description: 'Read, write, and manage users, bots, channels and keys.' },
  } as const,
});

/** A key that programs show as `Authorization: Bearer …`. */
export const ApiKey = builder.prismaObject('ApiKey', {
  description: 'A key that programs show as `Authorization: Bearer …`. Its secret is shown once and kept nowhere.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id({ description: 'Begins with key_.', resolve: ({ id }) => encodeId('ApiKey', id) }),
    name: t.exposeString('name', { description: 'What it is for.' }),
    scopes: t.expose('scopes', { type: [ApiKeyScope], description: 'What it may do.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it stops working.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, to the minute.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

export const apiKeysById = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, ApiKeyRow | null>(async (ids) => {
      const rows = await database.prisma.apiKey.findMany({
        where: { workspaceId: viewer.workspaceId, id: { in: [...ids] } },
      });
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
);
