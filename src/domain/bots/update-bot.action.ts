import { z } from 'zod';
import type { Bot } from '../../generated/prisma/client.js';
import { externalId, id, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertExternalIdFree, lockBot } from './bot.sql.js';

const updateBotInput = z.object({
  botId: id('Bot'),
  name: text(255).optional(),
  externalId: externalId.optional(),
});

/** Changes a bot; an externalId that another has is a ConflictError. */
export async function updateBot(context: ActionContext, input: unknown): Promise<Bot> {
  const { botId, ...fields } = parse(updateBotInput, input);
  return transact(context, async (work) => {
    await lockBot(work, botId);
    if (fields.externalId !== undefined) await assertExternalIdFree(work, fields.externalId, botId);
    return work.tx.bot.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: botId } },
      data: { ...fields, updatedAt: work.now },
    });
  });
}
