import { z } from 'zod';
import { readHead } from '../../event-log/read-log.sql.js';
import type { Prisma, WebhookEndpoint } from '../../generated/prisma/client.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { customHeaders } from './custom-headers.js';
import { chosenEvents, description, endpointUrl } from './endpoint-fields.js';
import type { UrlPolicy } from './endpoint-url.js';
import { giveUpPending, giveUpRest, lockEndpoint } from './webhook-endpoint.sql.js';

const updateWebhookEndpointInput = (policy: UrlPolicy) =>
  z.object({
    endpointId: id('WebhookEndpoint'),
    url: endpointUrl(policy).optional(),
    events: chosenEvents.optional(),
    description: description.optional(),
    headers: customHeaders.optional(),
    active: z.boolean('Must be true or false; null is not allowed here.').optional(),
  });

/**
 * Changes an endpoint. Deactivating it gives up what was still to be delivered; activating it again begins with what
 * happens from then on.
 */
export async function updateWebhookEndpoint(
  context: ActionContext & { webhookPolicy: UrlPolicy },
  input: unknown,
): Promise<WebhookEndpoint> {
  const { endpointId, active, ...fields } = parse(updateWebhookEndpointInput(context.webhookPolicy), input);
  // Before the transaction, which must not last: there may be any number. Of an active endpoint nothing is given up.
  if (active) await giveUpAllRest(context, endpointId);
  return transact(context, async (work) => {
    const endpoint = await lockEndpoint(work, endpointId);
    const switching = await switched(work, endpoint, active ?? endpoint.deactivatedAt === null);
    // A receiver elsewhere has not failed yet.
    const moved = fields.url !== undefined && fields.url !== endpoint.url ? untried : {};
    return work.tx.webhookEndpoint.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: endpointId } },
      data: { ...fields, ...moved, ...switching, updatedAt: work.now },
    });
  });
}

async function giveUpAllRest({ database, viewer: { workspaceId } }: ActionContext, endpointId: string): Promise<void> {
  let more = true;
  while (more) more = await giveUpRest(database.prisma, { workspaceId, endpointId });
}

/** What an endpoint is of which no try has failed. */
const untried = { failingSince: null, lastFailureAt: null };

type Changes = Prisma.WebhookEndpointUncheckedUpdateInput;

async function switched(work: Work, endpoint: WebhookEndpoint, active: boolean): Promise<Changes> {
  if (active === (endpoint.deactivatedAt === null)) return {};
  await giveUpPending(work, endpoint.id);
  if (active) {
    const { position } = await readHead({ prisma: work.tx }, work.workspaceId);
    return { deactivatedAt: null, deactivationReason: null, ...untried, position, replayUntil: position };
  }
  return { deactivatedAt: work.now, deactivationReason: 'BY_HAND' };
}
