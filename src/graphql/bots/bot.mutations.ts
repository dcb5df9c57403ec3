import { type CreatedBot, createBot, createBotInput } from '../../domain/bots/create-bot.action.js';
import { type DeactivatedBot, deactivateBot, deactivateBotInput } from '../../domain/bots/deactivate-bot.action.js';
import { reactivateBot, reactivateBotInput } from '../../domain/bots/reactivate-bot.action.js';
import { updateBot, updateBotInput } from '../../domain/bots/update-bot.action.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { payload, pendingField } from '../core/payload.js';
import { Bot } from './bot.type.js';

mutation('createBot', {
  description:
    'Creates a bot and an API key for it, which works only while whoever creates it does. ConflictError if another bot has the externalId.',
  permission: 'administer',
  audits: ['bot.created', 'apiKey.created'],
  repeats: 'NEVER',
  input: createBotInput,
  payload: builder.objectRef<CreatedBot>('CreateBotPayload').implement({
    description: 'The new bot and its API key.',
    fields: (t) => ({
      bot: t.field({ type: Bot, description: 'The new bot.', resolve: ({ bot }) => bot }),
      apiKey: t.exposeString('apiKey', { description: 'The secret key that acts as this bot only. Shown only once.' }),
    }),
  }),
  resolve: (input, context) => createBot(context, input),
});

mutation('updateBot', {
  description: 'Changes a bot. ConflictError if another bot has the externalId.',
  permission: 'administer',
  audits: ['bot.updated'],
  input: updateBotInput,
  payload: payload('UpdateBot', 'bot', Bot, 'The bot after the mutation.'),
  resolve: async (input, context) => ({ bot: await updateBot(context, input) }),
});

mutation('deactivateBot', {
  description:
    'Deactivates a bot, which remains as author and participant. Its API keys stop working. Conversations that are not CLOSED and that are assigned to it, or whose active bot it is, are transferred or unassigned. Anything new that would name the bot fails with ConflictError. A deactivated bot stays unchanged.',
  permission: 'administer',
  audits: ['bot.deactivated'],
  input: deactivateBotInput,
  payload: builder.objectRef<DeactivatedBot>('DeactivateBotPayload').implement({
    description: 'The bot after the mutation, and how many conversations were transferred.',
    fields: (t) => ({
      bot: t.field({ type: Bot, description: 'The bot after the mutation.', resolve: ({ bot }) => bot }),
      transferredCount: t.exposeInt('transferredCount', {
        description: 'Number of conversations transferred; 0 without transferTo.',
      }),
      pending: pendingField(t),
    }),
  }),
  resolve: (input, context) => deactivateBot(context, input),
});

mutation('reactivateBot', {
  description:
    'Reactivates a bot and its API keys that are not revoked. Conversations that were transferred or unassigned stay so. An active bot stays unchanged.',
  permission: 'administer',
  audits: ['bot.reactivated'],
  input: reactivateBotInput,
  payload: payload('ReactivateBot', 'bot', Bot, 'The bot after the mutation.'),
  resolve: async (input, context) => ({ bot: await reactivateBot(context, input) }),
});
