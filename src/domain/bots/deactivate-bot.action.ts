import { activation } from '../../audit/audit-entry.js';
import type { Bot } from '../../generated/prisma/client.js';
import { sameActor } from '../../lib/actor-ref.js';
import { invalid } from '../../lib/errors.js';
import { input, optional, type Parsed } from '../../lib/input.js';
import { actorRef, text } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { lockActiveActorForShare, requireActors } from '../actors/actor.sql.js';
import { lockAssignedConversations } from '../conversations/lock-assigned-conversations.sql.js';
import { sweepOn } from '../sweeps/continue-sweep.js';
import { type Step, scheduleSweep } from '../sweeps/sweep.js';
import { lockBot } from './bot.sql.js';
import { botIdField } from './bot-fields.js';
import { releaseSome } from './release-step.js';

export const deactivateBotInput = input('DeactivateBotInput', 'The bot to deactivate, and its successor.', {
  ...botIdField,
  transferTo: optional(
    actorRef('USER', 'BOT'),
    'The user or bot to transfer its conversations to. Default: they are unassigned, and no bot answers.',
  ),
  reason: optional(text(1000), 'Why; stored with each transfer or unassignment.'),
});

export type DeactivatedBot = { bot: Bot; transferredCount: number; pending: boolean };

const outcome: Outcome<{ bot: Bot; step: Step }, { id: string; step: Step }> = {
  keep: ({ bot, step }) => ({ id: bot.id, step }),
  resume: async (work, { id, step }) => ({ bot: await lockBot(work, id), step }),
};

/**
 * Deactivates a bot, whose keys stop working. Its conversations that are not closed are transferred to the successor, or
 * left to the team if there is none, the last of many after the deactivation. A deactivated bot stays unchanged.
 */
export async function deactivateBot(
  context: ActionContext,
  { botId, transferTo: to, reason }: Parsed<typeof deactivateBotInput>,
): Promise<DeactivatedBot> {
  const actor = { type: 'BOT' as const, id: botId };
  if (to && sameActor(actor, to)) throw invalid('transferTo', 'Must be another user or bot.');
  const { bot, step } = await transactOnce(context, outcome, async (work) => {
    await lockAssignedConversations(work, actor);
    const found = await lockBot(work, botId);
    if (found.deactivatedAt) {
      work.audit(null);
      return { bot: found, step: { changed: 0, next: null } };
    }
    if (to) {
      await requireActors(work, [to]);
      await lockActiveActorForShare(work, to);
    }
    // Assigning takes a share lock on the bot. Conversations it was given while this waited for that row are found here,
    // and no more can follow.
    const first = await releaseSome(work, { kind: 'bot', id: botId, to: to ?? null, reason: reason ?? null });
    const deactivated = await work.tx.bot.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: botId } },
      data: { deactivatedAt: work.now, updatedAt: work.now },
    });
    work.recordChange(botId, { type: 'bot.updated', payload: {} });
    work.audit({ action: 'bot.deactivated', targetId: botId, changes: activation(false) });
    scheduleSweep(work, context.viewer.actor, first);
    return { bot: deactivated, step: first };
  });
  const { workspaceId, actor: by } = context.viewer;
  const { changed, pending } = await sweepOn(context, { workspaceId, by, step });
  return { bot, transferredCount: changed, pending };
}
