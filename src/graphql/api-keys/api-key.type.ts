import { brandWithType } from '@pothos/core';
import { ApiKeyScope as ApiKeyScopes } from '../../generated/prisma/enums.js';
import type { ApiKeyRow } from '../actors/actor.loader.js';
import { Actor } from '../actors/actor-interface.js';
import { botsById } from '../bots/bot.loader.js';
import { Bot } from '../bots/bot.type.js';
import { builder, Node, publicId } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';

export const ApiKeyScope = usableInInputs(
  builder.enumType('ApiKeyScope', {
    description: 'What an API key may do.',
    values: {
      [ApiKeyScopes.READ]: { description: 'Read the whole workspace.' },
      [ApiKeyScopes.WRITE]: { description: 'Read, and write conversations, messages, contacts and prospects.' },
      [ApiKeyScopes.ADMIN]: {
        description: 'Read, write, and manage users, bots, channels, API keys, webhooks and the workspace.',
      },
    } as const,
  }),
);

export const ApiKey = builder.objectRef<ApiKeyRow>('ApiKey').implement({
  description: 'A key that programs send as `Authorization: Bearer …`. Its secret is returned once and stored nowhere.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id(publicId('ApiKey')),
    name: t.exposeString('name', { description: 'What the key is for.' }),
    scopes: t.expose('scopes', { type: [ApiKeyScope], description: 'What the key may do.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the key stops working; null if never.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the key was last used, to the minute; null if never.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the key was permanently revoked.',
    }),
    bot: t.field({
      type: Bot,
      nullable: true,
      description: 'The bot the key acts as; null if it acts as itself.',
      resolve: ({ botId }, _args, context) => (botId ? botsById(context).load(botId) : null),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the key was created.' }),
  }),
});

/** Marks a key with its GraphQL type, which is how an interface resolves its type. */
export function brandApiKey(key: ApiKeyRow): ApiKeyRow {
  brandWithType(key, ApiKey);
  return key;
}
