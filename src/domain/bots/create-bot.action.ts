import { changesOf } from '../../audit/audit-entry.js';
import type { Bot } from '../../generated/prisma/client.js';
import { input, type Parsed, required } from '../../lib/input.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/actor.sql.js';
import { auditNewKey, insertApiKey } from '../api-keys/insert-api-key.js';
import { assertExternalIdFree } from './bot.sql.js';
import { auditedFields, externalIdField, nameField } from './bot-fields.js';

export const createBotInput = input('CreateBotInput', 'A new bot.', {
  name: required(...nameField),
  ...externalIdField,
});

/** A new bot, and the secret of the key that acts as it. */
export type CreatedBot = { bot: Bot; apiKey: string };

/** Creates a bot and a key that acts as it; throws ConflictError if another bot has the externalId. */
export async function createBot(
  context: ActionContext,
  { name, externalId }: Parsed<typeof createBotInput>,
): Promise<CreatedBot> {
  return transact(context, async (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    if (externalId) await assertExternalIdFree(work, externalId);
    const id = newId();
    await insertActor(tx, workspaceId, { type: 'BOT', id });
    work.recordChange(id, { type: 'bot.created', payload: {} });
    const bot = await tx.bot.create({ data: { workspaceId, id, name, externalId, createdAt, updatedAt: createdAt } });
    const key = { workspaceId, id: newId(), name, scopes: ['WRITE' as const], botId: id, createdAt };
    const apiKey = await insertApiKey(tx, { ...key, maker: work.viewer });
    work.audit({ action: 'bot.created', targetId: id, changes: changesOf(null, bot, auditedFields) });
    work.audit(auditNewKey(key));
    return { bot, apiKey };
  });
}
