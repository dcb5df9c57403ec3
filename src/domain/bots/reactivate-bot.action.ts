import { activation } from '../../audit/audit-entry.js';
import type { Bot } from '../../generated/prisma/client.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { lockBot } from './bot.sql.js';
import { botIdField } from './bot-fields.js';

export const reactivateBotInput = input('ReactivateBotInput', 'The bot to reactivate.', botIdField);

/** Reactivates a bot and those of its keys that are not revoked. An active bot stays unchanged. */
export async function reactivateBot(
  context: ActionContext,
  { botId }: Parsed<typeof reactivateBotInput>,
): Promise<Bot> {
  return transactOnce(context, rowOutcome(lockBot), async (work) => {
    const bot = await lockBot(work, botId);
    if (!bot.deactivatedAt) {
      work.audit(null);
      return bot;
    }
    work.recordChange(botId, { type: 'bot.updated', payload: {} });
    work.audit({ action: 'bot.reactivated', targetId: botId, changes: activation(true) });
    return work.tx.bot.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: botId } },
      data: { deactivatedAt: null, updatedAt: work.now },
    });
  });
}
