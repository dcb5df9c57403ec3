import { z } from 'zod';
import type { Bot } from '../../generated/prisma/client.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { lockBot } from './bot.sql.js';

const reactivateBotInput = z.object({ botId: id('Bot') });

/** Lets a deactivated bot take part again, and its keys work that are not revoked; one that is active stays as it is. */
export async function reactivateBot(context: ActionContext, input: unknown): Promise<Bot> {
  const { botId } = parse(reactivateBotInput, input);
  return transact(context, async (work) => {
    const bot = await lockBot(work, botId);
    if (!bot.deactivatedAt) return bot;
    return work.tx.bot.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: botId } },
      data: { deactivatedAt: null, updatedAt: work.now },
    });
  });
}
