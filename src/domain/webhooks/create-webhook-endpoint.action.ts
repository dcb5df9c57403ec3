import { z } from 'zod';
import { readHead } from '../../event-log/read-log.sql.js';
import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import { parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { customHeaders } from './custom-headers.js';
import { chosenEvents, description, endpointUrl } from './endpoint-fields.js';
import type { UrlPolicy } from './endpoint-url.js';
import { newWebhookSecret } from './signature.js';
import { assertRoomForEndpoint } from './webhook-endpoint.sql.js';

const createWebhookEndpointInput = (policy: UrlPolicy) =>
  z.object({
    url: endpointUrl(policy),
    events: chosenEvents,
    description: description.optional(),
    headers: customHeaders.optional(),
  });

/** An endpoint and its secret, which is shown this once. */
export type EndpointWithSecret = { webhookEndpoint: WebhookEndpoint; secret: string };

/** Creates an endpoint that is told of what happens from now on; a workspace has 200 at most. */
export async function createWebhookEndpoint(
  context: ActionContext & { webhookPolicy: UrlPolicy },
  input: unknown,
): Promise<EndpointWithSecret> {
  const { headers = {}, ...wanted } = parse(createWebhookEndpointInput(context.webhookPolicy), input);
  const secret = newWebhookSecret();
  const webhookEndpoint = await transact(context, async (work) => {
    const { tx, workspaceId, now: createdAt, newId } = work;
    await assertRoomForEndpoint(work);
    const { position } = await readHead({ prisma: tx }, workspaceId);
    const id = newId();
    const state = { position, replayUntil: position, createdAt, updatedAt: createdAt };
    return tx.webhookEndpoint.create({ data: { ...wanted, headers, secret, workspaceId, id, ...state } });
  });
  return { webhookEndpoint, secret };
}
