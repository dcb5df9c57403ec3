import { z } from 'zod';
import { type ActionContext, transact } from '../db/transaction.js';
import { ForbiddenError, NotFoundError } from '../errors.js';
import type { ApiKey } from '../generated/prisma/client.js';
import { encodeId } from '../ids.js';
import { id, parse } from '../validation.js';

const revokeApiKeyInput = z.object({ apiKeyId: id('ApiKey') });

/** Revokes an API key for ever; a revoked one stays as it is. Without the permission to administer a key may revoke only itself. */
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
    return key.revokedAt ? key : tx.apiKey.update({ where, data: { revokedAt: now } });
  });
}
