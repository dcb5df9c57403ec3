import { vi } from 'vitest';
import * as operations from '../../generated/operations.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';

type Input = operations.CreateWebhookEndpointMutationVariables['input'];

/** For what happens in the background, on a machine that is busy with others. */
export const PATIENCE = { timeout: 15_000, interval: 50 };

/** An endpoint and its secret. */
export async function makeEndpoint({ run }: TestWorkspace, input: Partial<Input> & Pick<Input, 'url'>) {
  const { createWebhookEndpoint } = await run(operations.CreateWebhookEndpointDocument, {
    input: { events: ['*'], ...input },
  });
  const { webhookEndpoint, secret } = expectType(createWebhookEndpoint, 'CreateWebhookEndpointPayload');
  return { ...webhookEndpoint, secret };
}

export async function updateEndpoint(
  { run }: TestWorkspace,
  input: operations.UpdateWebhookEndpointMutationVariables['input'],
) {
  const { updateWebhookEndpoint } = await run(operations.UpdateWebhookEndpointDocument, { input });
  return expectType(updateWebhookEndpoint, 'UpdateWebhookEndpointPayload').webhookEndpoint;
}

/** An endpoint as it is now, with its newest deliveries. */
export async function readEndpoint({ run }: TestWorkspace, endpointId: string, status?: operations.DeliveryStatus) {
  const { node } = await run(operations.WebhookDeliveriesDocument, {
    endpointId,
    first: 100,
    ...(status ? { status } : {}),
  });
  if (!node) throw new Error(`There is no endpoint ${endpointId}.`);
  return expectType(node, 'WebhookEndpoint');
}

/** The only delivery of an endpoint. */
export async function onlyDelivery(workspace: TestWorkspace, endpointId: string) {
  const { deliveries } = await readEndpoint(workspace, endpointId);
  const [delivery, ...others] = deliveries.nodes;
  if (!delivery || others.length > 0) throw new Error(`The endpoint has ${deliveries.nodes.length} deliveries.`);
  return delivery;
}

/** The only delivery of an endpoint, once it was tried so often. */
export async function deliveryThat(
  workspace: TestWorkspace,
  endpointId: string,
  attempts: number,
  patience = PATIENCE,
) {
  return vi.waitFor(async () => {
    const delivery = await onlyDelivery(workspace, endpointId);
    if (delivery.attempts < attempts) throw new Error(`It was tried ${delivery.attempts} times.`);
    return delivery;
  }, patience);
}

export async function sendTest({ run }: TestWorkspace, endpointId: string) {
  const { sendTestWebhook } = await run(operations.SendTestWebhookDocument, { input: { endpointId } });
  return expectType(sendTestWebhook, 'SendTestWebhookPayload').delivery;
}

export async function redeliver({ run }: TestWorkspace, deliveryId: string) {
  const { redeliverWebhook } = await run(operations.RedeliverWebhookDocument, { input: { deliveryId } });
  return expectType(redeliverWebhook, 'RedeliverWebhookPayload').delivery;
}

export async function replay({ run }: TestWorkspace, endpointId: string, after: string) {
  const { replayWebhooks } = await run(operations.ReplayWebhooksDocument, { input: { endpointId, after } });
  return expectType(replayWebhooks, 'ReplayWebhooksPayload').eventCount;
}
