import { type CreatedBot, createBot } from '../../domain/bots/create-bot.action.js';
import { type DeactivatedBot, deactivateBot } from '../../domain/bots/deactivate-bot.action.js';
import { reactivateBot } from '../../domain/bots/reactivate-bot.action.js';
import { updateBot } from '../../domain/bots/update-bot.action.js';
import type { Bot as BotRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { Bot } from './bot.type.js';

function botPayload(mutationName: string) {
  return builder.objectRef<{ bot: BotRow }>(`${mutationName}Payload`).implement({
    description: 'The bot as it is now.',
    fields: (t) => ({
      bot: t.field({ type: Bot, description: 'The bot as it is now.', resolve: ({ bot }) => bot }),
    }),
  });
}

const CreateBotInput = builder.inputType('CreateBotInput', {
  description: 'A new bot.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'At most 255 characters.' }),
    externalId: t.string({
      description: 'The name an outside engine knows it by, at most 255 characters; unique in the workspace.',
    }),
  }),
});

addMutation('createBot', {
  description: 'Creates a bot and its key; ConflictError where another has the externalId.',
  permission: 'administer',
  input: CreateBotInput,
  payload: builder.objectRef<CreatedBot>('CreateBotPayload').implement({
    description: 'The new bot and its key.',
    fields: (t) => ({
      bot: t.field({ type: Bot, description: 'The new bot.', resolve: ({ bot }) => bot }),
      apiKey: t.exposeString('apiKey', { description: 'Acts as this bot only. Shown once.' }),
    }),
  }),
  resolve: (input, context) => createBot(context, input),
});

const UpdateBotInput = builder.inputType('UpdateBotInput', {
  description: 'Changes to a bot; what is left out stays.',
  fields: (t) => ({
    botId: t.id({ required: true, description: 'Begins with bot_.' }),
    name: t.string({ description: 'At most 255 characters.' }),
    externalId: t.string({
      description: 'The name an outside engine knows it by, at most 255 characters; unique in the workspace.',
    }),
  }),
});

addMutation('updateBot', {
  description: 'Changes a bot; ConflictError where another has the externalId.',
  permission: 'administer',
  input: UpdateBotInput,
  payload: botPayload('UpdateBot'),
  resolve: async (input, context) => ({ bot: await updateBot(context, input) }),
});

const DeactivateBotInput = builder.inputType('DeactivateBotInput', {
  description: 'Which bot to deactivate, and who takes over.',
  fields: (t) => ({
    botId: t.id({ required: true, description: 'Begins with bot_.' }),
    transferTo: t.id({
      description:
        'The user or bot that its conversations are transferred to. Left out: they go unassigned, and no bot answers.',
    }),
    reason: t.string({ description: 'Why, kept with each transfer or assignment; at most 1000 characters.' }),
  }),
});

addMutation('deactivateBot', {
  description:
    'Deactivates a bot, which is kept as author and participant. Its keys stop working, and the conversations that are not CLOSED and that are assigned to it or whose active bot it is are handed over; whatever new would name it is refused with ConflictError. A deactivated bot stays as it is.',
  permission: 'administer',
  input: DeactivateBotInput,
  payload: builder.objectRef<DeactivatedBot>('DeactivateBotPayload').implement({
    description: 'The bot as it is now, and what became of its conversations.',
    fields: (t) => ({
      bot: t.field({ type: Bot, description: 'The bot as it is now.', resolve: ({ bot }) => bot }),
      transferredCount: t.exposeInt('transferredCount', {
        description: 'How many conversations were transferred; 0 without transferTo.',
      }),
    }),
  }),
  resolve: (input, context) => deactivateBot(context, input),
});

const ReactivateBotInput = builder.inputType('ReactivateBotInput', {
  description: 'Which bot to reactivate.',
  fields: (t) => ({ botId: t.id({ required: true, description: 'Begins with bot_.' }) }),
});

addMutation('reactivateBot', {
  description:
    'Lets a deactivated bot take part again, and those of its keys work that are not revoked; what was handed over stays so. An active bot stays as it is.',
  permission: 'administer',
  input: ReactivateBotInput,
  payload: botPayload('ReactivateBot'),
  resolve: async (input, context) => ({ bot: await reactivateBot(context, input) }),
});
