import { z } from 'zod';
import type { Bot } from '../../generated/prisma/client.js';
import { sameActor } from '../../lib/actor-ref.js';
import { invalid } from '../../lib/errors.js';
import { actorRef, id, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/require-actors.js';
import { holdActive } from '../actors/share-lock-actor.sql.js';
import { lockAnsweredBy } from '../conversations/lock-assigned-conversations.sql.js';
import { lockBot } from './bot.sql.js';
import { silence } from './release-conversations.js';
import { handOver } from './transfer-conversations.js';

const deactivateBotInput = z.object({
  botId: id('Bot'),
  transferTo: actorRef('USER', 'BOT').optional(),
  reason: text(1000).optional(),
});

export type DeactivatedBot = { bot: Bot; transferredCount: number };

/**
 * Deactivates a bot, whose keys stop working. The conversations that are not closed and that it answers are transferred,
 * or where nobody is named left to the team. A bot that is deactivated already stays as it is.
 */
export async function deactivateBot(context: ActionContext, input: unknown): Promise<DeactivatedBot> {
  const { botId, transferTo: to, reason = null } = parse(deactivateBotInput, input);
  const actor = { type: 'BOT' as const, id: botId };
  if (to && sameActor(actor, to)) throw invalid('transferTo', 'Must be another user or bot.');
  return transact(context, async (work) => {
    await lockAnsweredBy(work, actor);
    const bot = await lockBot(work, botId);
    if (bot.deactivatedAt) return { bot, transferredCount: 0 };
    if (to) {
      await requireActors(work, [to]);
      await holdActive(work, to);
    }
    // Also those it was given while this waited for the bot's row, which whoever assigns holds: from here on nobody can.
    const conversations = await lockAnsweredBy(work, actor);
    const transferredCount = to ? await handOver(work, botId, conversations, { to, reason }) : 0;
    if (!to) await silence(work, botId, conversations, reason);
    const deactivated = await work.tx.bot.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: botId } },
      data: { deactivatedAt: work.now, updatedAt: work.now },
    });
    return { bot: deactivated, transferredCount };
  });
}
