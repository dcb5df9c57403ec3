import { hiddenChange } from '../../audit/audit-entry.js';
import { readIn } from '../../db/read.js';
import { readHead } from '../../event-log/read-log.sql.js';
import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import { input, optional, type Parsed, required } from '../../lib/input.js';
import type { SecretBox } from '../../lib/secret-box.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { auditedChanges, descriptionField, endpointFields } from './endpoint-fields.js';
import { encryptedHeaders, encryptedSecret } from './endpoint-secrets.js';
import { assertUrlAllowed, type UrlPolicy } from './endpoint-url.js';
import { newWebhookSecret } from './signature.js';
import { assertRoomForEndpoint } from './webhook-endpoint.sql.js';

export const createWebhookEndpointInput = input('CreateWebhookEndpointInput', 'A new webhook endpoint.', {
  url: required(...endpointFields.url),
  events: required(...endpointFields.events),
  ...descriptionField,
  headers: optional(...endpointFields.headers),
});

/** An endpoint and its secret, which is shown only once. */
export type EndpointWithSecret = { webhookEndpoint: WebhookEndpoint; secret: string };

/** Creates an endpoint that receives events from now on; throws ConflictError if the workspace has 200 already. */
export async function createWebhookEndpoint(
  context: ActionContext & { webhookPolicy: UrlPolicy; secretBox: SecretBox },
  { headers = {}, ...wanted }: Parsed<typeof createWebhookEndpointInput>,
): Promise<EndpointWithSecret> {
  const { webhookPolicy, secretBox } = context;
  assertUrlAllowed(wanted.url, webhookPolicy);
  const secret = newWebhookSecret();
  const webhookEndpoint = await transact(context, async (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    await assertRoomForEndpoint(work);
    const { position } = await readHead({ read: readIn(tx) }, workspaceId);
    const key = { workspaceId, id: newId() };
    const secrets = {
      secret: encryptedSecret(secretBox, key, secret),
      headers: encryptedHeaders(secretBox, key, headers),
    };
    const state = { position, replayUntil: position, createdAt, updatedAt: createdAt };
    const created = await tx.webhookEndpoint.create({ data: { ...wanted, ...key, ...secrets, ...state } });
    const hidden = Object.keys(headers).length > 0 ? [hiddenChange('headers')] : [];
    const changes = [...auditedChanges(null, created), ...hidden];
    work.audit({ action: 'webhookEndpoint.created', targetId: key.id, changes });
    return created;
  });
  return { webhookEndpoint, secret };
}
