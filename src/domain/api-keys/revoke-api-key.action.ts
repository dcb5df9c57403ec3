import { isKeyAbove } from '../../auth/permissions.js';
import type { ApiKey } from '../../generated/prisma/client.js';
import { ForbiddenError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';

export const revokeApiKeyInput = input('RevokeApiKeyInput', 'The API key to revoke.', {
  apiKeyId: required(id('ApiKey'), 'The key. May be the one in use.'),
});

const outcome = rowOutcome<ApiKey>(({ tx, workspaceId }, id) =>
  tx.apiKey.findUniqueOrThrow({ where: { workspaceId_id: { workspaceId, id } } }),
);

/**
 * Revokes an API key permanently. Revoking it again changes nothing. Every key may revoke itself; revoking another key
 * requires the permission to administer and that the key does not rank above the viewer.
 */
export async function revokeApiKey(
  context: ActionContext,
  { apiKeyId }: Parsed<typeof revokeApiKeyInput>,
): Promise<ApiKey> {
  const { credential, permissions } = context.viewer;
  const itself = credential.type === 'KEY' && credential.keyId === apiKeyId;
  if (!itself && !permissions.has('administer')) {
    throw new ForbiddenError('Without the permission to administer, a key may revoke only itself.');
  }
  return transactOnce(context, outcome, async ({ tx, workspaceId, now, audit }) => {
    const where = { workspaceId_id: { workspaceId, id: apiKeyId } };
    const key = await tx.apiKey.findUnique({ where });
    if (!key) throw new NotFoundError('API key', encodeId('ApiKey', apiKeyId));
    if (!itself && isKeyAbove(key.scopes, context.viewer)) {
      throw new ForbiddenError(
        'Only an OWNER or an API key with the scope ADMIN can revoke a key with the scope ADMIN.',
      );
    }
    audit(key.revokedAt ? null : { action: 'apiKey.revoked', targetId: apiKeyId });
    return key.revokedAt ? key : tx.apiKey.update({ where, data: { revokedAt: now } });
  });
}
