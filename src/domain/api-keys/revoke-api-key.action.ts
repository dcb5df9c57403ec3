import { z } from 'zod';
import { isKeyAbove } from '../../auth/permissions.js';
import type { ApiKey } from '../../generated/prisma/client.js';
import { ForbiddenError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';

const revokeApiKeyInput = z.object({ apiKeyId: id('ApiKey') });

/**
 * Revokes an API key for ever; a revoked one stays as it is. Any key may revoke itself; others whoever may administer, if
 * the key does not count as a role above theirs.
 */
export async function revokeApiKey(context: ActionContext, input: unknown): Promise<ApiKey> {
  const { apiKeyId } = parse(revokeApiKeyInput, input);
  const { credential, permissions } = context.viewer;
  const itself = credential.type === 'KEY' && credential.keyId === apiKeyId;
  if (!itself && !permissions.has('administer')) {
    throw new ForbiddenError('Without the permission to administer, a key may revoke only itself.');
  }
  return transact(context, async ({ tx, workspaceId, now }) => {
    const where = { workspaceId_id: { workspaceId, id: apiKeyId } };
    const key = await tx.apiKey.findUnique({ where });
    if (!key) throw new NotFoundError('API key', encodeId('ApiKey', apiKeyId));
    if (!itself && isKeyAbove(key.scopes, context.viewer)) {
      throw new ForbiddenError(
        'A key with the scope ADMIN can do what an OWNER can: an OWNER or another such key revokes it.',
      );
    }
    return key.revokedAt ? key : tx.apiKey.update({ where, data: { revokedAt: now } });
  });
}
