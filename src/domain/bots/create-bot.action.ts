import { z } from 'zod';
import type { Bot } from '../../generated/prisma/client.js';
import { externalId, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/insert-actor.js';
import { insertApiKey } from '../api-keys/insert-api-key.js';
import { assertExternalIdFree } from './bot.sql.js';

const createBotInput = z.object({ name: text(255), externalId: externalId.optional() });

/** A new bot, and the secret of the key that acts as it. */
export type CreatedBot = { bot: Bot; apiKey: string };

/** Creates a bot and a key that acts as it; an externalId that another has is a ConflictError. */
export async function createBot(context: ActionContext, input: unknown): Promise<CreatedBot> {
  const { name, externalId } = parse(createBotInput, input);
  return transact(context, async (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    if (externalId !== undefined) await assertExternalIdFree(work, externalId);
    const id = newId();
    await insertActor(tx, workspaceId, { type: 'BOT', id });
    const bot = await tx.bot.create({ data: { workspaceId, id, name, externalId, createdAt, updatedAt: createdAt } });
    const apiKey = await insertApiKey(tx, { workspaceId, id: newId(), name, scopes: ['WRITE'], botId: id, createdAt });
    return { bot, apiKey };
  });
}
