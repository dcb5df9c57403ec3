import { changesOf } from '../../audit/audit-entry.js';
import type { Bot } from '../../generated/prisma/client.js';
import { optional, type Parsed, updateInput } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertExternalIdFree, lockBot } from './bot.sql.js';
import { auditedFields, botIdField, externalIdField, nameField } from './bot-fields.js';

export const updateBotInput = updateInput(
  'UpdateBotInput',
  'Changes to a bot. Fields that are left out stay as they are.',
  { ...botIdField, name: optional(...nameField), ...externalIdField },
);

/** Changes a bot; throws ConflictError if another bot has the externalId. */
export async function updateBot(
  context: ActionContext,
  { botId, ...fields }: Parsed<typeof updateBotInput>,
): Promise<Bot> {
  return transactOnce(context, rowOutcome(lockBot), async (work) => {
    const bot = await lockBot(work, botId);
    if (fields.externalId) await assertExternalIdFree(work, fields.externalId, botId);
    work.recordChange(botId, { type: 'bot.updated', payload: {} });
    const updated = await work.tx.bot.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: botId } },
      data: { ...fields, updatedAt: work.now },
    });
    work.audit({ action: 'bot.updated', targetId: botId, changes: changesOf(bot, updated, auditedFields) });
    return updated;
  });
}
