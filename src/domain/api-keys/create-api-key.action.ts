import { z } from 'zod';
import { isKeyAbove } from '../../auth/permissions.js';
import type { ApiKey } from '../../generated/prisma/client.js';
import { ApiKeyScope } from '../../generated/prisma/enums.js';
import { ForbiddenError, invalid } from '../../lib/errors.js';
import { id, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/actor.sql.js';
import { insertApiKey } from './insert-api-key.js';

const createApiKeyInput = z
  .object({
    name: text(255),
    scopes: z
      .array(z.enum(ApiKeyScope))
      .min(1, 'Must have at least one scope.')
      .transform((scopes) => [...new Set(scopes)]),
    botId: id('Bot').optional(),
    expiresAt: z.date('Must be a time; null is not allowed here.').optional(),
  })
  .refine(({ botId, scopes }) => botId === undefined || !scopes.includes('ADMIN'), {
    path: ['scopes'],
    message: "A bot's key cannot administer.",
  });

/** A new key and its secret, which is kept nowhere. */
export type CreatedApiKey = { apiKey: ApiKey; secret: string };

/** Creates an API key, for oneself or a bot. It cannot do what the viewer may not do. */
export async function createApiKey(context: ActionContext, input: unknown): Promise<CreatedApiKey> {
  const { name, scopes, botId, expiresAt } = parse(createApiKeyInput, input);
  const lacking = scopes.filter((scope) => !context.viewer.scopes.has(scope));
  if (lacking.length > 0) throw new ForbiddenError(`You cannot give scopes that you lack: ${lacking.join(', ')}.`);
  if (isKeyAbove(scopes, context.viewer)) {
    throw new ForbiddenError(
      'A key with the scope ADMIN can do what an OWNER can: an OWNER or another such key gives it.',
    );
  }
  return transact(context, async (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    if (expiresAt && expiresAt <= createdAt) throw invalid('expiresAt', 'Must be later than now.');
    if (botId) await requireActors(work, [{ type: 'BOT', id: botId }]);
    const key = { workspaceId, id: newId() };
    const secret = await insertApiKey(tx, { ...key, name, scopes, botId, expiresAt, createdAt });
    return { apiKey: await tx.apiKey.findUniqueOrThrow({ where: { workspaceId_id: key } }), secret };
  });
}
