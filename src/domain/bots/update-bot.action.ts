import type { Bot } from '../../generated/prisma/client.js';
import { optional, type Parsed, updateInput } from '../../lib/input.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { assertExternalIdFree, lockBot } from './bot.sql.js';
import { botIdField, externalIdField, nameField } from './bot-fields.js';

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
  return transact(context, async (work) => {
    await lockBot(work, botId);
    if (fields.externalId) await assertExternalIdFree(work, fields.externalId, botId);
    work.recordChange(botId, { type: 'bot.updated', payload: {} });
    return work.tx.bot.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: botId } },
      data: { ...fields, updatedAt: work.now },
    });
  });
}
