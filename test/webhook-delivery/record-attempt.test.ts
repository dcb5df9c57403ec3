import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  RedeliverWebhookDocument,
  SendTestWebhookDocument,
  UpdateWebhookEndpointDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { nodesOf } from '../support/nodes-of.js';
import { deliveryThat, makeEndpoint, PATIENCE, readEndpoint } from './support/endpoints.js';
import { useReceivers } from './support/receiver.js';
import { arrived, settled, useDelivery } from './support/world.js';

let now: Date;
const parley = useDelivery({ clock: () => now }, { logLevel: 'silent' });
const startReceiver = useReceivers();
const workspace = useFreshWorkspace(parley);
beforeEach(() => {
  now = new Date();
});

/** An endpoint whose receiver has succeeded once and then holds its answers, with a test under way there. */
async function holding() {
  const held: ServerResponse[] = [];
  const receiver = await startReceiver((response) => {
    if (receiver.received.length === 1) response.writeHead(204).end();
    else held.push(response);
  });
  const { id } = await makeEndpoint(workspace, { url: receiver.url });
  await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
  await settled(parley, workspace, id);
  const { id: deliveryId } = (await succeed(workspace, SendTestWebhookDocument, { endpointId: id })).delivery;
  await arrived(receiver, 2);
  return { id, deliveryId, receiver, answer: (status: number) => held.shift()?.writeHead(status).end() };
}

/** A delivery, once it was tried so often. */
const delivered = (endpointId: string, deliveryId: string, attempts: number) =>
  vi.waitFor(async () => {
    const { deliveries } = await readEndpoint(workspace, endpointId);
    const delivery = nodesOf(deliveries).find((each) => each.id === deliveryId);
    expect(delivery?.attempts).toBe(attempts);
    return delivery;
  }, PATIENCE);

/** How many tries have failed on this server and are written down. */
async function failedTries(): Promise<number> {
  const text = await (await fetch(new URL('/metrics', parley.url))).text();
  return Number(/^parley_webhook_deliveries_total\{outcome="failed"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}

describe('an endpoint whose URL changed during an attempt', () => {
  it.each([410, 500])('does not count the %s of the old URL', async (status) => {
    const { id, deliveryId, answer } = await holding();
    const { url } = await startReceiver();
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId: id, url });
    answer(status);
    expect(await delivered(id, deliveryId, 1)).toMatchObject({ status: 'PENDING', statusCode: status });
    expect(await readEndpoint(workspace, id)).toMatchObject({ active: true, failingSince: null });
    now = new Date(now.getTime() + 60_000);
    expect(await delivered(id, deliveryId, 2)).toMatchObject({ status: 'SUCCEEDED', statusCode: 204 });
  });

  it('is still failing if the old URL succeeds', async () => {
    const { id, deliveryId, answer } = await holding();
    const { url } = await startReceiver((response) => response.writeHead(500).end());
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId: id, url });
    const other = (await succeed(workspace, SendTestWebhookDocument, { endpointId: id })).delivery;
    await delivered(id, other.id, 1);
    answer(204);
    expect(await delivered(id, deliveryId, 1)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await readEndpoint(workspace, id)).toMatchObject({ failingSince: now.toISOString() });
  });
});

describe('an attempt whose delivery was queued again meanwhile', () => {
  it('does not affect the endpoint', async () => {
    const { id, deliveryId, receiver, answer } = await holding();
    now = new Date(now.getTime() + 1_000);
    await succeed(workspace, RedeliverWebhookDocument, { deliveryId });
    await arrived(receiver, 3);
    const before = await failedTries();
    answer(410);
    await vi.waitFor(async () => expect(await failedTries()).toBe(before + 1), PATIENCE);
    expect(await readEndpoint(workspace, id)).toMatchObject({ active: true, failingSince: null });
    answer(204);
    expect(await delivered(id, deliveryId, 1)).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a failing endpoint', () => {
  it('is not deactivated by a single failure after a week without attempts', async () => {
    const receiver = await startReceiver((response) => response.writeHead(502).end());
    const { id } = await makeEndpoint(workspace, { url: receiver.url });
    await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
    for (let attempts = 1; attempts <= 8; attempts += 1) {
      now = new Date((await deliveryThat(workspace, id, attempts)).nextAttemptAt ?? 0);
    }
    expect(await deliveryThat(workspace, id, 9)).toMatchObject({ status: 'FAILED' });
    now = new Date(now.getTime() + 7 * 24 * 60 * 60 * 1000);
    const { id: deliveryId } = (await succeed(workspace, SendTestWebhookDocument, { endpointId: id })).delivery;
    expect(await delivered(id, deliveryId, 1)).toMatchObject({ status: 'PENDING' });
    expect(await readEndpoint(workspace, id)).toMatchObject({ active: true, failingSince: now.toISOString() });
  });
});
