import { activation, hiddenChange } from '../../audit/audit-entry.js';
import { readIn } from '../../db/read.js';
import { readHead } from '../../event-log/read-log.sql.js';
import type { Prisma, WebhookEndpoint } from '../../generated/prisma/client.js';
import { optional, type Parsed, updateInput } from '../../lib/input.js';
import { flag } from '../../lib/rules.js';
import type { SecretBox } from '../../lib/secret-box.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { auditedChanges, descriptionField, endpointFields, endpointIdField } from './endpoint-fields.js';
import { encryptedHeaders } from './endpoint-secrets.js';
import { assertUrlAllowed, type UrlPolicy } from './endpoint-url.js';
import { failPending, failPendingOfDeactivated, lockEndpoint } from './webhook-endpoint.sql.js';

const [headers, headersDescription] = endpointFields.headers;

export const updateWebhookEndpointInput = updateInput(
  'UpdateWebhookEndpointInput',
  'Changes to a webhook endpoint. Fields that are left out stay as they are.',
  {
    ...endpointIdField,
    url: optional(...endpointFields.url),
    events: optional(...endpointFields.events),
    ...descriptionField,
    headers: optional(headers, `${headersDescription} Replaces all present headers.`),
    active: optional(
      flag,
      'false: nothing more is sent there, and pending deliveries fail. true: it receives events from now on; replayWebhooks sends what it missed.',
    ),
  },
);

/**
 * Changes an endpoint. Deactivating it fails its pending deliveries; once activated again, it receives events from then
 * on.
 */
export async function updateWebhookEndpoint(
  context: ActionContext & { webhookPolicy: UrlPolicy; secretBox: SecretBox },
  { endpointId, active, headers: newHeaders, ...fields }: Parsed<typeof updateWebhookEndpointInput>,
): Promise<WebhookEndpoint> {
  if (fields.url !== undefined) assertUrlAllowed(fields.url, context.webhookPolicy);
  // Before the transaction, which must be short: any number of deliveries may be left. Does nothing to an active endpoint.
  if (active) await failAllPending(context, endpointId);
  return transactOnce(context, rowOutcome(lockEndpoint), async (work) => {
    const endpoint = await lockEndpoint(work, endpointId);
    const activated = await activationChanges(work, endpoint, active ?? endpoint.deactivatedAt === null);
    // A receiver at another URL has not failed yet.
    const moved = fields.url !== undefined && fields.url !== endpoint.url ? neverFailed : {};
    const replaced = newHeaders ? { headers: encryptedHeaders(context.secretBox, endpoint, newHeaders) } : {};
    const updated = await work.tx.webhookEndpoint.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: endpointId } },
      data: { ...fields, ...replaced, ...moved, ...activated, updatedAt: work.now },
    });
    const isActive = updated.deactivatedAt === null;
    const changes = [
      ...auditedChanges(endpoint, updated),
      ...(newHeaders ? [hiddenChange('headers')] : []),
      ...(isActive === (endpoint.deactivatedAt === null) ? [] : activation(isActive)),
    ];
    work.audit({ action: 'webhookEndpoint.updated', targetId: endpointId, changes });
    return updated;
  });
}

async function failAllPending({ database, viewer: { workspaceId } }: ActionContext, endpointId: string): Promise<void> {
  let more = true;
  while (more) more = await failPendingOfDeactivated(database.prisma, { workspaceId, endpointId });
}

/** The columns of an endpoint at which no attempt has failed. */
const neverFailed = { failingSince: null, lastFailureAt: null };

type Changes = Prisma.WebhookEndpointUncheckedUpdateInput;

async function activationChanges(work: Work, endpoint: WebhookEndpoint, active: boolean): Promise<Changes> {
  if (active === (endpoint.deactivatedAt === null)) return {};
  await failPending(work, endpoint.id);
  if (active) {
    const { position } = await readHead({ read: readIn(work.tx) }, work.workspaceId);
    return { deactivatedAt: null, deactivationReason: null, ...neverFailed, position, replayUntil: position };
  }
  return { deactivatedAt: work.now, deactivationReason: 'BY_HAND' };
}
