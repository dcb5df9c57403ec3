import { hiddenChange } from '../../audit/audit-entry.js';
import { input, type Parsed } from '../../lib/input.js';
import type { SecretBox } from '../../lib/secret-box.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import type { EndpointWithSecret } from './create-webhook-endpoint.action.js';
import { endpointIdField } from './endpoint-fields.js';
import { encryptedSecret } from './endpoint-secrets.js';
import { withReplaced } from './secrets.js';
import { newWebhookSecret } from './signature.js';
import { lockEndpoint } from './webhook-endpoint.sql.js';

export const rotateWebhookSecretInput = input(
  'RotateWebhookSecretInput',
  'The webhook endpoint whose secret to replace.',
  endpointIdField,
);

/**
 * Gives an endpoint a new secret, which is shown only once. For 24 hours the old one signs too.
 * @throws {ConflictError} if five old secrets still sign
 */
export async function rotateWebhookSecret(
  context: ActionContext & { secretBox: SecretBox },
  { endpointId }: Parsed<typeof rotateWebhookSecretInput>,
): Promise<EndpointWithSecret> {
  const secret = newWebhookSecret();
  const webhookEndpoint = await transact(context, async (work) => {
    const endpoint = await lockEndpoint(work, endpointId);
    const previousSecrets = withReplaced(endpoint, work.now);
    const changes = [hiddenChange('secret')];
    work.audit({ action: 'webhookEndpoint.secretRotated', targetId: endpointId, changes });
    return work.tx.webhookEndpoint.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: endpointId } },
      data: { secret: encryptedSecret(context.secretBox, endpoint, secret), previousSecrets, updatedAt: work.now },
    });
  });
  return { webhookEndpoint, secret };
}
