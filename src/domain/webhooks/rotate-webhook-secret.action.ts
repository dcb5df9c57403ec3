import { z } from 'zod';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import type { EndpointWithSecret } from './create-webhook-endpoint.action.js';
import { withReplaced } from './secrets.js';
import { newWebhookSecret } from './signature.js';
import { lockEndpoint } from './webhook-endpoint.sql.js';

const rotateWebhookSecretInput = z.object({ endpointId: id('WebhookEndpoint') });

/** Gives an endpoint a new secret, which is shown this once. For 24 hours the old one signs too. */
export async function rotateWebhookSecret(context: ActionContext, input: unknown): Promise<EndpointWithSecret> {
  const { endpointId } = parse(rotateWebhookSecretInput, input);
  const secret = newWebhookSecret();
  const webhookEndpoint = await transact(context, async (work) => {
    const previousSecrets = withReplaced(await lockEndpoint(work, endpointId), work.now);
    return work.tx.webhookEndpoint.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: endpointId } },
      data: { secret, previousSecrets, updatedAt: work.now },
    });
  });
  return { webhookEndpoint, secret };
}
