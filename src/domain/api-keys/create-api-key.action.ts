import { isKeyAbove } from '../../auth/permissions.js';
import type { ApiKey } from '../../generated/prisma/client.js';
import { ApiKeyScope } from '../../generated/prisma/enums.js';
import { ForbiddenError, invalid } from '../../lib/errors.js';
import { input, listRule, optional, type Parsed, required } from '../../lib/input.js';
import { bounded, enumOf, id, text, time } from '../../lib/rules.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/actor.sql.js';
import { auditNewKey, insertApiKey } from './insert-api-key.js';

const MAX_SCOPES = 10;
const scope = enumOf('ApiKeyScope', ApiKeyScope, 'a scope');
const scopes = listRule(
  scope,
  bounded(scope, MAX_SCOPES, 'scopes')
    .refine(({ length }) => length > 0, 'Must have at least one scope.')
    .transform((list) => [...new Set(list)]),
  `At least one, and at most ${MAX_SCOPES}.`,
);

export const createApiKeyInput = input(
  'CreateApiKeyInput',
  'A new API key.',
  {
    name: required(text(255), 'What the key is for.'),
    scopes: required(scopes, "What the key may do. The viewer must have all of these; a bot's key cannot have ADMIN."),
    botId: optional(id('Bot'), 'The bot the key acts as. Default: the key acts as itself.'),
    expiresAt: optional(time, 'When the key stops working. Must be in the future. Default: never.'),
  },
  {
    check: ({ botId, scopes }, refuse) => {
      if (botId !== undefined && scopes.includes('ADMIN')) refuse('scopes', "A bot's key cannot have the scope ADMIN.");
    },
  },
);

/** A new key and its secret, which is stored nowhere. */
export type CreatedApiKey = { apiKey: ApiKey; secret: string };

/** Creates an API key that acts as itself or as a bot. Throws ForbiddenError if it could do more than the viewer. */
export async function createApiKey(
  context: ActionContext,
  { name, scopes, botId, expiresAt }: Parsed<typeof createApiKeyInput>,
): Promise<CreatedApiKey> {
  const lacking = scopes.filter((scope) => !context.viewer.scopes.has(scope));
  if (lacking.length > 0) throw new ForbiddenError(`You cannot grant scopes you do not have: ${lacking.join(', ')}.`);
  if (isKeyAbove(scopes, context.viewer)) {
    throw new ForbiddenError('Only an OWNER or an API key with the scope ADMIN can create a key with the scope ADMIN.');
  }
  return transact(context, async (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    if (expiresAt && expiresAt <= createdAt) throw invalid('expiresAt', 'Must be later than now.');
    if (botId) await requireActors(work, [{ type: 'BOT', id: botId }]);
    const key = { workspaceId, id: newId() };
    const wanted = { ...key, name, scopes, botId, expiresAt, createdAt };
    const secret = await insertApiKey(tx, { ...wanted, maker: work.viewer });
    work.audit(auditNewKey(wanted));
    return { apiKey: await tx.apiKey.findUniqueOrThrow({ where: { workspaceId_id: key } }), secret };
  });
}
