import {
  type CreatedSessionToken,
  createSessionToken,
  createSessionTokenInput,
} from '../../domain/api-keys/create-session-token.action.js';
import {
  type RevokedSessionToken,
  revokeSessionToken,
  revokeSessionTokenInput,
} from '../../domain/api-keys/revoke-session-token.action.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';

mutation('createSessionToken', {
  description:
    "Issues a short-lived token, a JWT, with which a browser or an app acts as one user or contact. It is sent in place of an API key. API keys with the scope WRITE can issue it for contacts and for users up to AGENT, those with ADMIN for everyone; OWNER and ADMIN for everyone who is not above them; everyone else only for themselves. It ends early if it is revoked by revokeSessionToken, if the API key it goes back to is revoked or expires, if its subject is deactivated or deleted, or if the subject's role comes to exceed what its issuer could issue a token for.",
  permission: 'issueTokens',
  repeats: 'NEVER',
  input: createSessionTokenInput,
  payload: builder.objectRef<CreatedSessionToken>('CreateSessionTokenPayload').implement({
    description: 'The token and how to use it.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description:
          'What to send as `Authorization: Bearer …`, or in the connection_init payload of a WebSocket. Stored nowhere.',
      }),
      websocketUrl: t.string({
        description: 'The URL for WebSocket connections (graphql-transport-ws).',
        resolve: (_token, _args, { publicUrl }) => `${publicUrl().replace(/^http/, 'ws')}/graphql`,
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description:
          'When the token expires and its WebSockets are closed. Can be earlier than requested if it was issued with a session token: such a token expires at most 24 hours after an API key, an administrator or the identity provider vouched for its bearer.',
      }),
      actor: t.field({
        type: Actor,
        description: 'Who the token is for. For a merged contact, the contact it was merged into.',
        resolve: ({ actor }, _args, context) => loadActor(context, actor),
      }),
    }),
  }),
  resolve: (input, context) => createSessionToken(context, input),
});

mutation('revokeSessionToken', {
  description:
    'Revokes one session token before it expires, as when its bearer signs out: the next request with it is UNAUTHENTICATED, and its WebSockets are closed within 5 seconds. Tokens that were issued with it remain valid. Everyone may revoke a token that they can show. Revoking it again changes nothing.',
  permission: 'read',
  input: revokeSessionTokenInput,
  payload: builder.objectRef<RevokedSessionToken>('RevokeSessionTokenPayload').implement({
    description: 'What has become of the token.',
    fields: (t) => ({
      revokedAt: t.expose('revokedAt', { type: 'DateTime', description: 'When the token was first revoked.' }),
    }),
  }),
  resolve: (input, context) => revokeSessionToken(context, input),
});
