import { type CreatedApiKey, createApiKey } from '../../domain/api-keys/create-api-key.action.js';
import { revokeApiKey } from '../../domain/api-keys/revoke-api-key.action.js';
import type { ApiKey as ApiKeyRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { ApiKey, ApiKeyScope } from './api-key.type.js';

const CreateApiKeyInput = builder.inputType('CreateApiKeyInput', {
  description: 'A new API key.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'What it is for, at most 255 characters.' }),
    scopes: t.field({
      type: [ApiKeyScope],
      required: true,
      description: "What it may do: at least one scope, none that the viewer lacks, and for a bot's key not ADMIN.",
    }),
    botId: t.id({ description: 'The bot that it acts as; left out: it acts as itself.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it stops working, later than now; left out: never.' }),
  }),
});

addMutation('createApiKey', {
  description: 'Creates an API key and shows its secret, once.',
  permission: 'administer',
  input: CreateApiKeyInput,
  payload: builder.objectRef<CreatedApiKey>('CreateApiKeyPayload').implement({
    description: 'The new key and its secret.',
    fields: (t) => ({
      apiKey: t.field({ type: ApiKey, description: 'The new key.', resolve: ({ apiKey }) => apiKey }),
      secret: t.exposeString('secret', {
        description: 'What to send as `Authorization: Bearer …`; begins with parley_sk_. Shown once.',
      }),
    }),
  }),
  resolve: (input, context) => createApiKey(context, input),
});

const RevokeApiKeyInput = builder.inputType('RevokeApiKeyInput', {
  description: 'Which API key to revoke.',
  fields: (t) => ({ apiKeyId: t.id({ required: true, description: 'Begins with key_; may be the one in use.' }) }),
});

addMutation('revokeApiKey', {
  description:
    'Revokes an API key for ever: the next request with it is UNAUTHENTICATED. Without the scope ADMIN a key may revoke only itself; an ADMIN revokes no key with the scope ADMIN. A revoked key stays as it is.',
  permission: 'read',
  input: RevokeApiKeyInput,
  payload: builder.objectRef<{ apiKey: ApiKeyRow }>('RevokeApiKeyPayload').implement({
    description: 'The key as it is now.',
    fields: (t) => ({
      apiKey: t.field({ type: ApiKey, description: 'The key as it is now.', resolve: ({ apiKey }) => apiKey }),
    }),
  }),
  resolve: async (input, context) => ({ apiKey: await revokeApiKey(context, input) }),
});
