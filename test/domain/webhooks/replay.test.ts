import { describe, expect, it, vi } from 'vitest';
import {
  EventCursorDocument,
  RedeliverWebhookDocument,
  ReplayWebhooksDocument,
  SendTestWebhookDocument,
  UpdateConversationDocument,
  UpdateWebhookEndpointDocument,
} from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { useFreshWorkspace } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';
import { deliveryThat, makeEndpoint, PATIENCE, readEndpoint } from '../../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../../webhook-delivery/support/receiver.js';
import { arrived, settled, useDelivery } from '../../webhook-delivery/support/world.js';

const parley = useDelivery();
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();

const EVENTS = ['conversation.created'];
const cursor = async () => await ask(workspace, EventCursorDocument, {});

describe('redelivery', () => {
  it('resends a successful delivery with the same id and identical bytes', async () => {
    const receiver = await startReceiver();
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: EVENTS });
    const { id: conversationId } = await makeConversation(workspace, { subject: 'Before' });
    const delivery = await deliveryThat(workspace, id, 1);
    await succeed(workspace, UpdateConversationDocument, { conversationId, subject: 'After' });
    expect((await succeed(workspace, RedeliverWebhookDocument, { deliveryId: delivery.id })).delivery).toMatchObject({
      id: delivery.id,
      status: 'PENDING',
      attempts: 0,
    });
    await arrived(receiver, 2);
    const [first, second] = receiver.received;
    expect(second).toMatchObject({ id: first?.id, text: first?.text });
    await settled(parley, workspace, id);
    expect(await deliveryThat(workspace, id, 1)).toMatchObject({ status: 'SUCCEEDED', attempts: 1 });
  });

  it("during an attempt is not settled by that attempt's response", async () => {
    const answers: (() => void)[] = [];
    const receiver = await startReceiver((response) => answers.push(() => response.writeHead(204).end()));
    const { id } = await makeEndpoint(workspace, { url: receiver.url });
    const { id: deliveryId } = (await succeed(workspace, SendTestWebhookDocument, { endpointId: id })).delivery;
    await arrived(receiver, 1);
    await succeed(workspace, RedeliverWebhookDocument, { deliveryId });
    answers[0]?.();
    await arrived(receiver, 2);
    answers[1]?.();
    await settled(parley, workspace, id);
    expect(await deliveryThat(workspace, id, 1)).toMatchObject({ status: 'SUCCEEDED', attempts: 1 });
    expect(receiver.received).toHaveLength(2);
  });
});

describe('replay', () => {
  it('sends events missed while the endpoint was deactivated', async () => {
    const receiver = await startReceiver();
    const { id: endpointId } = await makeEndpoint(workspace, { url: receiver.url, events: EVENTS });
    const after = await cursor();
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, active: false });
    const missed = [await makeConversation(workspace), await makeConversation(workspace)];
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, active: true });
    expect((await succeed(workspace, ReplayWebhooksDocument, { endpointId, after })).eventCount).toBe(2);
    await arrived(receiver, 2);
    await settled(parley, workspace, endpointId);
    const told = receiver.received.map(({ body }) => body.data.conversationId);
    expect(told.sort()).toEqual(missed.map(({ id }) => id).sort());
  });

  it('resends exactly the events after the cursor, with the same ids and identical bytes', async () => {
    const receiver = await startReceiver();
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: EVENTS });
    await makeConversation(workspace);
    const after = await cursor();
    for (let count = 0; count < 3; count += 1) await makeConversation(workspace);
    await settled(parley, workspace, id);
    const before = receiver.received.splice(0);
    expect(before).toHaveLength(4);
    expect((await succeed(workspace, ReplayWebhooksDocument, { endpointId: id, after })).eventCount).toBe(3);
    await arrived(receiver, 3);
    await settled(parley, workspace, id);
    const texts = (received: typeof before) => received.map((each) => `${each.id} ${each.text}`).sort();
    const again = before.filter(({ body }) => (body.sequence ?? 0) > 1);
    expect(texts(receiver.received)).toEqual(texts(again));
    expect((await readEndpoint(workspace, id)).deliveries.totalCount).toBe(4);
  });

  it('continues with events that happen meanwhile, each sent once', async () => {
    const receiver = await startReceiver();
    const after = await cursor();
    const make = () => Promise.all(Array.from({ length: 10 }, () => makeConversation(workspace)));
    const old = await make();
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: EVENTS });
    const [fresh] = await Promise.all([make(), succeed(workspace, ReplayWebhooksDocument, { endpointId: id, after })]);
    await vi.waitFor(() => expect(new Set(receiver.received.map((each) => each.id)).size).toBe(20), PATIENCE);
    await settled(parley, workspace, id);
    const told = new Set(receiver.received.map(({ body }) => body.data.conversationId));
    expect(told).toEqual(new Set([...old, ...fresh].map((each) => each.id)));
    expect((await readEndpoint(workspace, id)).deliveries.totalCount).toBe(20);
  });

  it("refuses a cursor of another workspace's log", async () => {
    const { id: endpointId } = await makeEndpoint(workspace, { url: 'https://example.com/' });
    const other = await parley.newWorkspace();
    const after = await ask(other, EventCursorDocument, {});
    await expect(act(workspace, ReplayWebhooksDocument, { endpointId, after })).rejects.toThrow('BAD_USER_INPUT');
  });
});
