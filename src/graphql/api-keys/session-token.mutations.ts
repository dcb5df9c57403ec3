import { type CreatedSessionToken, createSessionToken } from '../../domain/api-keys/create-session-token.action.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';

const CreateSessionTokenInput = builder.inputType('CreateSessionTokenInput', {
  description: 'Whom a token is for, and for how long.',
  fields: (t) => ({
    actorId: t.id({
      description: "A user or a contact, never above the caller's role; left out: the viewer; a key must name one.",
    }),
    expiresInSeconds: t.int({
      description: 'After how many seconds it ends: 1 to 86 400, which is 24 hours; left out: 3600.',
    }),
  }),
});

addMutation('createSessionToken', {
  description:
    "Makes a short-lived token with which a browser or an app acts as one user or contact (UltraCart's agent authorization): a JWT, to be shown in the place of an API key. API keys with the scope WRITE make it for contacts and for users up to AGENT, those with ADMIN for all; OWNER and ADMIN for whoever is not above them; everyone else for themselves. It ends early when the key that it goes back to is revoked, or whom it is for is deactivated, deleted, or given a role that its maker could make no token for.",
  permission: 'issueTokens',
  input: CreateSessionTokenInput,
  payload: builder.objectRef<CreatedSessionToken>('CreateSessionTokenPayload').implement({
    description: 'The token, and what to do with it.',
    fields: (t) => ({
      token: t.exposeString('token', {
        description:
          'To be sent as `Authorization: Bearer …`, or in the connection_init payload of a socket. Kept nowhere.',
      }),
      websocketUrl: t.string({
        description: 'Where sockets connect to (graphql-transport-ws).',
        resolve: (_token, _args, { publicUrl }) => `${publicUrl().replace(/^http/, 'ws')}/graphql`,
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description:
          'From then on it is refused, and its sockets are closed. Earlier than asked where it was made with a token: 24 hours after a key, an administrator or the identity provider vouched for the bearer nothing can be prolonged.',
      }),
      actor: t.field({
        type: Actor,
        description: 'Whom it is for; for a contact who was merged the one that it was merged into.',
        resolve: ({ actor }, _args, context) => loadActor(context, actor),
      }),
    }),
  }),
  resolve: (input, context) => createSessionToken(context, input),
});
