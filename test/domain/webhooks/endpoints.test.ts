import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  CreateWebhookEndpointDocument,
  DeleteWebhookEndpointDocument,
  EventCursorDocument,
  NodesDocument,
  RedeliverWebhookDocument,
  ReplayWebhooksDocument,
  RotateWebhookSecretDocument,
  SendTestWebhookDocument,
  UpdateWebhookEndpointDocument,
  WebhookDeliveriesDocument,
  WebhookEndpointsDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { useFreshWorkspace } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeConversation } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { expectType } from '../../support/parley.js';
import { deliveryThat, makeEndpoint, onlyDelivery, readEndpoint } from '../../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../../webhook-delivery/support/receiver.js';
import { arrived, settled, types, useDelivery } from '../../webhook-delivery/support/world.js';

let now = new Date();
const parley = useDelivery({ clock: () => now });
const startReceiver = useReceivers();
const workspace = useFreshWorkspace(parley);
beforeEach(() => {
  now = new Date();
});

const URL = 'https://example.com/webhooks';

async function rotate(endpointId: string) {
  return (await succeed(workspace, RotateWebhookSecretDocument, { endpointId })).secret;
}

describe('a webhook endpoint', () => {
  it('shows its secret only on creation, and never the values of its headers', async () => {
    const headers = { Authorization: 'Bearer hush', 'X-Shop': 'blue' };
    const endpoint = await makeEndpoint(workspace, { url: URL, description: 'The shop', headers });
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(endpoint).toMatchObject({
      description: 'The shop',
      events: ['*'],
      headerNames: ['Authorization', 'X-Shop'],
      active: true,
      deactivatedAt: null,
      deactivationReason: null,
    });
    const answer = JSON.stringify(await workspace.run(WebhookEndpointsDocument, {}));
    expect(answer).toContain(endpoint.id);
    expect(answer).not.toContain(endpoint.secret);
    expect(answer).not.toContain('hush');
  });

  it('has its URL as it will be called, however it was written', async () => {
    const written = ' HTTPS://EXAMPLE.com:443/a/../hooks\\new?q=ü ';
    const parsed = 'https://example.com/hooks/new?q=%C3%BC';
    const { id: endpointId, url } = await makeEndpoint(workspace, { url: written });
    expect(url).toBe(parsed);
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, url: 'https://example.com' });
    expect((await readEndpoint(workspace, endpointId)).url).toBe('https://example.com/');
    const tooLong = `https://example.com/?q=${'ü'.repeat(1_000)}`;
    await failWith(workspace, 'ValidationError', UpdateWebhookEndpointDocument, { endpointId, url: tooLong });
  });

  it('clears its description with null, and keeps required fields and headers', async () => {
    const { secret: _, ...endpoint } = await makeEndpoint(workspace, {
      url: URL,
      description: 'The shop',
      headers: { 'X-Shop': 'blue' },
    });
    const required = { url: null, events: null, headers: null, active: null };
    const input = { endpointId: endpoint.id, ...required, description: null };
    const { webhookEndpoint } = await succeed(workspace, UpdateWebhookEndpointDocument, input);
    expect(webhookEndpoint).toEqual({ ...endpoint, description: null });
  });

  it('can change its URL, events and headers', async () => {
    const receiver = await startReceiver();
    const { id, secret } = await makeEndpoint(workspace, { url: URL, headers: { 'X-Old': 'a' } });
    const events = ['conversation.created'];
    const changes = { url: receiver.url, events, description: 'New', headers: { 'X-New': 'b' } };
    const changed = (await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId: id, ...changes }))
      .webhookEndpoint;
    expect(changed).toMatchObject({ url: receiver.url, events, description: 'New', headerNames: ['X-New'] });
    await makeConversation(workspace);
    await settled(parley, workspace, id);
    expect(types(receiver)).toEqual(events);
    const [received] = receiver.received;
    expect(received?.headers).toMatchObject({ 'x-new': 'b' });
    expect(received?.headers).not.toHaveProperty('x-old');
    expect(new Webhook(secret).verify(received?.text ?? '', received?.headers ?? {})).toEqual(received?.body);
  });

  it('receives nothing while deactivated, and new events after activation', async () => {
    const receiver = await startReceiver();
    const { id: endpointId } = await makeEndpoint(workspace, { url: receiver.url, events: ['conversation.created'] });
    const off = (await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, active: false }))
      .webhookEndpoint;
    expect(off).toMatchObject({ active: false, deactivatedAt: now.toISOString(), deactivationReason: 'BY_HAND' });
    await makeConversation(workspace);
    const on = (await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, active: true })).webhookEndpoint;
    expect(on).toMatchObject({ active: true, deactivatedAt: null, deactivationReason: null });
    const { id } = await makeConversation(workspace);
    await settled(parley, workspace, endpointId);
    expect(receiver.received.map(({ body }) => body.data.conversationId)).toEqual([id]);
  });

  it('abandons pending deliveries when deactivated, and refuses tests, redelivery and replay', async () => {
    const receiver = await startReceiver((response) => response.writeHead(500).end());
    const { id: endpointId } = await makeEndpoint(workspace, { url: receiver.url });
    await succeed(workspace, SendTestWebhookDocument, { endpointId });
    const { id: deliveryId } = await deliveryThat(workspace, endpointId, 1);
    await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId, active: false });
    expect(await onlyDelivery(workspace, endpointId)).toMatchObject({ status: 'FAILED', nextAttemptAt: null });
    const after = await ask(workspace, EventCursorDocument, {});
    const refused = [
      await act(workspace, SendTestWebhookDocument, { endpointId }),
      await act(workspace, RedeliverWebhookDocument, { deliveryId }),
      await act(workspace, ReplayWebhooksDocument, { endpointId, after }),
    ];
    expect(refused.map(({ __typename }) => __typename)).toEqual(['ConflictError', 'ConflictError', 'ConflictError']);
  });

  it('is deleted with its deliveries, including pending ones', async () => {
    const receiver = await startReceiver((response) => response.writeHead(500).end());
    const { id: endpointId } = await makeEndpoint(workspace, { url: receiver.url });
    await succeed(workspace, SendTestWebhookDocument, { endpointId });
    const { id: deliveryId } = await deliveryThat(workspace, endpointId, 1);
    const deleteWebhookEndpoint = await act(workspace, DeleteWebhookEndpointDocument, { endpointId });
    expect(deleteWebhookEndpoint).toMatchObject({ deletedWebhookEndpointId: endpointId });
    const nodes = await ask(workspace, NodesDocument, { ids: [endpointId, deliveryId] });
    expect(nodes).toEqual([null, null]);
  });

  it('is visible only to administrators', async () => {
    const endpoint = await makeEndpoint(workspace, { url: URL });
    const { id: deliveryId } = (await succeed(workspace, SendTestWebhookDocument, { endpointId: endpoint.id }))
      .delivery;
    const writer = await makeApiKey(parley, workspace, { scopes: ['WRITE'] });
    const nodes = await ask(writer, NodesDocument, { ids: [endpoint.id, deliveryId] });
    expect(nodes).toEqual([null, null]);
    const { body } = await writer.post('{ webhookEndpoints { nodes { id } } }');
    expect(body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('shows its deliveries by status, newest first, in pages', async () => {
    const receiver = await startReceiver((response, { body }) =>
      response.writeHead(body.type === 'conversation.created' ? 200 : 500).end('x'.repeat(2000)),
    );
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: ['conversation.created'] });
    for (let count = 0; count < 3; count += 1) await makeConversation(workspace);
    await settled(parley, workspace, id);
    await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
    const page = async (variables: object) => {
      const node = await ask(workspace, WebhookDeliveriesDocument, { endpointId: id, ...variables });
      return expectType(node ?? { __typename: 'Workspace' }, 'WebhookEndpoint').deliveries;
    };
    const first = await page({ first: 2, status: 'SUCCEEDED' });
    const second = await page({ first: 2, status: 'SUCCEEDED', after: first.pageInfo.endCursor });
    const ids = [...nodesOf(first), ...nodesOf(second)].map((delivery) => delivery.id);
    expect(ids).toEqual([...ids].sort().reverse());
    expect([ids.length, first.totalCount, second.pageInfo.hasNextPage]).toEqual([3, 3, false]);
    expect(nodesOf(first)[0]?.responseBody).toBe('x'.repeat(1024));
    expect(nodesOf((await readEndpoint(workspace, id)).deliveries)[0]?.eventType).toBe('webhook.test');
  });
});

describe('a rotated secret', () => {
  it('signs alongside the old one for 24 hours, and then alone', async () => {
    const receiver = await startReceiver();
    const { id, secret: old } = await makeEndpoint(workspace, { url: receiver.url });
    const fresh = await rotate(id);
    expect(fresh).not.toBe(old);
    await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
    await arrived(receiver, 1);
    const [both] = receiver.received;
    for (const secret of [old, fresh]) new Webhook(secret).verify(both?.text ?? '', both?.headers ?? {});
    expect(both?.headers['webhook-signature']?.split(' ')).toHaveLength(2);

    now = new Date(now.getTime() + 24 * 60 * 60 * 1000);
    await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
    await arrived(receiver, 2);
    const alone = receiver.received[1];
    expect(alone?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
    const { 'webhook-id': messageId = '', 'webhook-timestamp': timestamp, ...headers } = alone?.headers ?? {};
    const signature = new Webhook(fresh).sign(messageId, new Date(Number(timestamp) * 1000), alone?.text ?? '');
    expect(headers['webhook-signature']).toBe(signature);
  });
});

describe('a workspace', () => {
  it('has at most 200 endpoints, even if the last ones are created concurrently', async () => {
    const { id } = await makeEndpoint(workspace, { url: URL });
    await parley.database.prisma.$executeRaw`
      INSERT INTO "WebhookEndpoint" ("workspaceId", id, url, events, headers, secret, position, "replayUntil",
        "createdAt", "updatedAt")
      SELECT "workspaceId", gen_random_uuid(), url, events, headers, secret, position, "replayUntil", "createdAt",
        "updatedAt" FROM "WebhookEndpoint", generate_series(1, 197)
      WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid`;
    const create = () => workspace.run(CreateWebhookEndpointDocument, { input: { url: URL, events: ['*'] } });
    const answers = await Promise.all([create(), create(), create(), create()]);
    const names = answers.map(({ createWebhookEndpoint: { __typename } }) => __typename).sort();
    expect(names).toEqual([
      'ConflictError',
      'ConflictError',
      'CreateWebhookEndpointPayload',
      'CreateWebhookEndpointPayload',
    ]);
    await succeed(workspace, DeleteWebhookEndpointDocument, { endpointId: id });
    expect((await create()).createWebhookEndpoint.__typename).toBe('CreateWebhookEndpointPayload');
  });
});

describe('a replaced secret', () => {
  const HOUR = 60 * 60 * 1000;
  const pass = (hours: number) => {
    now = new Date(now.getTime() + hours * HOUR);
  };

  it('keeps signing for its own 24 hours, regardless of later rotations', async () => {
    const receiver = await startReceiver();
    const { id, secret: first } = await makeEndpoint(workspace, { url: receiver.url });
    const secrets = [first];
    const signing = async () => {
      const { eventId } = (await succeed(workspace, SendTestWebhookDocument, { endpointId: id })).delivery;
      await settled(parley, workspace, id);
      const { headers = {}, text = '' } = receiver.received.find((each) => each.id === eventId) ?? {};
      const timestamp = new Date(Number(headers['webhook-timestamp']) * 1000);
      const signatures = headers['webhook-signature']?.split(' ');
      return signatures?.map((one) =>
        secrets.findIndex((secret) => new Webhook(secret).sign(eventId, timestamp, text) === one),
      );
    };
    secrets.push(await rotate(id));
    pass(1);
    secrets.push(await rotate(id));
    expect(await signing()).toEqual([2, 1, 0]);
    pass(23);
    expect(await signing()).toEqual([2, 1]);
    pass(1);
    expect(await signing()).toEqual([2]);
  });

  it('is never dropped early, since a sixth concurrent secret is refused', async () => {
    const { id } = await makeEndpoint(workspace, { url: URL });
    const began = now.getTime();
    for (let count = 0; count < 5; count += 1) {
      await rotate(id);
      pass(1);
    }
    const input = { endpointId: id };
    const refused = await failWith(workspace, 'ConflictError', RotateWebhookSecretDocument, input);
    expect(refused.message).toContain(new Date(began + 24 * HOUR).toISOString());
    pass(19);
    expect(await rotate(id)).toMatch(/^whsec_/);
  });
});

describe('a test delivery', () => {
  it('is sent regardless of the chosen events, contains none, and has a type of its own', async () => {
    const receiver = await startReceiver();
    const endpoint = await makeEndpoint(workspace, { url: receiver.url, events: ['conversation.closed'] });
    const delivery = (await succeed(workspace, SendTestWebhookDocument, { endpointId: endpoint.id })).delivery;
    expect(delivery).toMatchObject({ eventType: 'webhook.test', event: null, status: 'PENDING', attempts: 0 });
    await arrived(receiver, 1);
    const [received] = receiver.received;
    expect(received?.id).toBe(delivery.eventId);
    expect(received?.body).toMatchObject({ type: 'webhook.test', sequence: null, data: { endpointId: endpoint.id } });
    new Webhook(endpoint.secret).verify(received?.text ?? '', received?.headers ?? {});
  });
});
