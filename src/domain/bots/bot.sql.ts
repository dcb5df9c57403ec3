import type { Bot } from '../../generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** Locks a bot for an update; throws NotFoundError if the workspace has no such bot. */
export async function lockBot({ tx, workspaceId }: Work, id: string): Promise<Bot> {
  const [bot] = await tx.$queryRaw<Bot[]>`
    SELECT * FROM "Bot" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR NO KEY UPDATE`;
  if (!bot) throw new NotFoundError('bot', encodeId('Bot', id));
  return bot;
}

/** Throws ConflictError if another bot of the workspace has this externalId. */
export async function assertExternalIdFree(
  { tx, workspaceId }: Work,
  externalId: string,
  exceptId?: string,
): Promise<void> {
  const taken = await tx.bot.findUnique({ where: { workspaceId_externalId: { workspaceId, externalId } } });
  if (taken && taken.id !== exceptId) throw new ConflictError('Another bot has this externalId.');
}
