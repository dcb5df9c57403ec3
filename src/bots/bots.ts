import { z } from 'zod';
import { insertActor } from '../actors/insert-actor.js';
import { insertApiKey } from '../auth/insert-api-key.js';
import { type ActionContext, transact } from '../db/transaction.js';
import { ConflictError } from '../errors.js';
import type { Bot as BotRow } from '../generated/prisma/client.js';
import { builder } from '../graphql/builder.js';
import { pageComplexity } from '../graphql/complexity.js';
import { connectionType, pageArgs } from '../graphql/connection.js';
import { byId, listRows } from '../graphql/list-field.js';
import { mutation } from '../graphql/mutation.js';
import { externalId, parse, text } from '../validation.js';
import { Bot } from './bot.type.js';

const BotConnection = connectionType('Bot', Bot, 'bots');

builder.queryField('bots', (t) =>
  t.field({
    type: BotConnection,
    complexity: pageComplexity,
    description: 'The bots of the workspace, oldest first.',
    args: pageArgs(t.arg),
    resolve: (_root, args, context) => listRows(context, args, { table: 'Bot', ordering: byId<BotRow>('bots') }),
  }),
);

const CreateBotInput = builder.inputType('CreateBotInput', {
  description: 'A new bot.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'At most 255 characters.' }),
    externalId: t.string({
      description: 'The name an outside engine knows it by, at most 255 characters; unique in the workspace.',
    }),
  }),
});

type CreatedBot = { bot: BotRow; apiKey: string };

mutation('createBot', {
  description: 'Creates a bot and its key; ConflictError where another has the externalId.',
  scope: 'admin',
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

const createBotInput = z.object({ name: text(255), externalId: externalId.optional() });

/** Creates a bot and a key that acts as it; an externalId that another has is a ConflictError. */
async function createBot(context: ActionContext, input: unknown): Promise<CreatedBot> {
  const { name, externalId } = parse(createBotInput, input);
  return transact(context, async ({ tx, workspaceId, now: createdAt, newId }) => {
    if (externalId && (await tx.bot.findFirst({ where: { workspaceId, externalId }, select: { id: true } }))) {
      throw new ConflictError('Another bot has this externalId.');
    }
    const id = newId();
    await insertActor(tx, workspaceId, { type: 'BOT', id });
    const bot = await tx.bot.create({ data: { workspaceId, id, name, externalId, createdAt, updatedAt: createdAt } });
    const apiKey = await insertApiKey(tx, { workspaceId, id: newId(), name, scopes: ['WRITE'], botId: id, createdAt });
    return { bot, apiKey };
  });
}
