import { type CreatedApiKey, createApiKey, createApiKeyInput } from '../../domain/api-keys/create-api-key.action.js';
import { revokeApiKey, revokeApiKeyInput } from '../../domain/api-keys/revoke-api-key.action.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { payload } from '../core/payload.js';
import { ApiKey } from './api-key.type.js';

mutation('createApiKey', {
  description:
    'Creates an API key and returns its secret, once. The key goes back to whoever creates it: it works only while they do, and while they have a role that could create it.',
  permission: 'administer',
  audits: ['apiKey.created'],
  repeats: 'NEVER',
  input: createApiKeyInput,
  payload: builder.objectRef<CreatedApiKey>('CreateApiKeyPayload').implement({
    description: 'The new key and its secret.',
    fields: (t) => ({
      apiKey: t.field({ type: ApiKey, description: 'The new key.', resolve: ({ apiKey }) => apiKey }),
      secret: t.exposeString('secret', {
        description: 'What to send as `Authorization: Bearer …`. Begins with `parley_sk_`. Returned only here.',
      }),
    }),
  }),
  resolve: (input, context) => createApiKey(context, input),
});

mutation('revokeApiKey', {
  description:
    'Revokes an API key permanently: the next request with it, or with a key that goes back to it, is UNAUTHENTICATED. Without the scope ADMIN a key can revoke only itself. Users with the role ADMIN cannot revoke keys with the scope ADMIN. Revoking a key again changes nothing.',
  permission: 'read',
  audits: ['apiKey.revoked'],
  input: revokeApiKeyInput,
  payload: payload('RevokeApiKey', 'apiKey', ApiKey, 'The key after the mutation.'),
  resolve: async (input, context) => ({ apiKey: await revokeApiKey(context, input) }),
});
