import { brandWithType } from '@pothos/core';
import { ApiKeyScope as ApiKeyScopes } from '../../generated/prisma/enums.js';
import { encodeId } from '../../lib/ids.js';
import type { ApiKeyRow } from '../actors/actor.loader.js';
import { Actor } from '../actors/actor-interface.js';
import { botsById } from '../bots/bot.loader.js';
import { Bot } from '../bots/bot.type.js';
import { builder } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';
import { Node } from '../core/node.js';

export const ApiKeyScope = usableInInputs(
  builder.enumType('ApiKeyScope', {
    description: 'What an API key may do.',
    values: {
      [ApiKeyScopes.READ]: { description: 'Read the whole workspace.' },
      [ApiKeyScopes.WRITE]: { description: 'Read, and write conversations, messages and contacts.' },
      [ApiKeyScopes.ADMIN]: { description: 'Read, write, and manage users, bots, channels and keys.' },
    } as const,
  }),
);

/** A key that programs show as `Authorization: Bearer …`. */
export const ApiKey = builder.objectRef<ApiKeyRow>('ApiKey').implement({
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
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked for ever.',
    }),
    bot: t.field({
      type: Bot,
      nullable: true,
      description: 'The bot that it acts as; null for a key that acts as itself.',
      resolve: ({ botId }, _args, context) => (botId ? botsById(context).load(botId) : null),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

/** Marks a key with its GraphQL type, by which an interface tells what it is. */
export function brandApiKey(key: ApiKeyRow): ApiKeyRow {
  brandWithType(key, ApiKey);
  return key;
}
