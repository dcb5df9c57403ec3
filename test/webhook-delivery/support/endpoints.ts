import { vi } from 'vitest';
import {
  CreateWebhookEndpointDocument,
  type CreateWebhookEndpointInput,
  type DeliveryStatus,
  WebhookDeliveriesDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { nodesOf } from '../../support/nodes-of.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';

/** How long `vi.waitFor` waits for background work on a busy machine. */
export const PATIENCE = { timeout: 15_000, interval: 50 };

/** An endpoint that receives all events, with its secret. */
export async function makeEndpoint(
  workspace: TestWorkspace,
  input: Partial<CreateWebhookEndpointInput> & Pick<CreateWebhookEndpointInput, 'url'>,
) {
  const { webhookEndpoint, secret } = await succeed(workspace, CreateWebhookEndpointDocument, {
    events: ['*'],
    ...input,
  });
  return { ...webhookEndpoint, secret };
}

/** The current state of an endpoint, with its newest deliveries. */
export async function readEndpoint(workspace: TestWorkspace, endpointId: string, status?: DeliveryStatus) {
  const filter = status ? { status } : {};
  const node = await ask(workspace, WebhookDeliveriesDocument, { endpointId, first: 100, ...filter });
  if (!node) throw new Error(`There is no endpoint ${endpointId}.`);
  return expectType(node, 'WebhookEndpoint');
}

/** The only delivery of an endpoint. */
export async function onlyDelivery(workspace: TestWorkspace, endpointId: string) {
  const { deliveries } = await readEndpoint(workspace, endpointId);
  const [delivery, ...others] = nodesOf(deliveries);
  if (!delivery || others.length > 0) throw new Error(`The endpoint has ${deliveries.edges.length} deliveries.`);
  return delivery;
}

/** The only delivery of an endpoint, as soon as it has been attempted at least this often. */
export async function deliveryThat(
  workspace: TestWorkspace,
  endpointId: string,
  attempts: number,
  patience = PATIENCE,
) {
  return vi.waitFor(async () => {
    const delivery = await onlyDelivery(workspace, endpointId);
    if (delivery.attempts < attempts) throw new Error(`It was attempted ${delivery.attempts} times.`);
    return delivery;
  }, patience);
}
