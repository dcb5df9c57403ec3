import { Webhook } from 'standardwebhooks';
import { describe, expect, it, vi } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  DeleteConversationDocument,
  EventCursorDocument,
  LeaveConversationDocument,
  LinkProspectDocument,
  MarkConversationReadDocument,
  type MessageDirection,
  type MessageStatus,
  ReopenConversationDocument,
  ReplayWebhooksDocument,
  SendMessageDocument,
  SnoozeConversationDocument,
  TransferConversationDocument,
  UnlinkProspectDocument,
  UpdateConversationDocument,
  UpdateMessageStatusDocument,
  ViewerDocument,
  WebhookEventDocument,
} from '../generated/operations.js';
import { connect, listen } from '../live/support/listen.js';
import { ask, succeed } from '../support/act.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { makeBot, makeContactConversation, makeConversation, makeProspect, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';
import { makeEndpoint, readEndpoint } from './support/endpoints.js';
import { useReceivers } from './support/receiver.js';
import { arrived, settled, types, useDelivery } from './support/world.js';

const parley = useDelivery();
const startReceiver = useReceivers();
const workspace = useFreshWorkspace(parley);

const cursorOf = (client: TestWorkspace) => ask(client, EventCursorDocument, {});

async function send(conversationId: string, direction: MessageDirection = 'OUTBOUND') {
  return (await succeed(workspace, SendMessageDocument, { conversationId, text: 'Hello', direction })).messageEdge.node
    .id;
}

const setStatus = (messageId: string, status: MessageStatus) =>
  workspace.run(UpdateMessageStatusDocument, { input: { messageId, status } });

/** Something of every kind that the log tells of. */
async function makeHistory() {
  const [user, bot, prospect] = [await makeUser(workspace), await makeBot(workspace), await makeProspect(workspace)];
  const { id: conversationId } = await makeContactConversation(workspace, { message: { text: 'Hello' } });
  const of = { conversationId };
  await succeed(workspace, UpdateConversationDocument, { ...of, subject: 'Order' });
  await succeed(workspace, AssignConversationDocument, { ...of, assigneeId: user.id, note: 'Please' });
  await succeed(workspace, TransferConversationDocument, { ...of, toAssigneeId: bot.id, reason: 'Night' });
  await succeed(workspace, LinkProspectDocument, { ...of, prospectId: prospect.id });
  await succeed(workspace, UnlinkProspectDocument, { ...of, prospectId: prospect.id });
  await succeed(workspace, SnoozeConversationDocument, { ...of, until: '2999-01-01T00:00:00Z' });
  await setStatus(await send(conversationId, 'INBOUND'), 'READ');
  await succeed(workspace, MarkConversationReadDocument, of);
  await succeed(workspace, LeaveConversationDocument, { ...of, actorId: user.id });
  await succeed(workspace, CloseConversationDocument, { ...of, reason: 'Done', resolution: 'RESOLVED' });
  await succeed(workspace, ReopenConversationDocument, of);
  const { id: gone } = await makeConversation(workspace, { subject: 'Secret' });
  await succeed(workspace, DeleteConversationDocument, { conversationId: gone });
}

/** How many tries this server has counted, by what came of them. */
async function counted(outcome: 'succeeded' | 'failed'): Promise<number> {
  const text = await (await fetch(new URL('/metrics', parley.url))).text();
  return Number(
    new RegExp(`^parley_webhook_deliveries_total\\{outcome="${outcome}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0,
  );
}

describe('an endpoint', () => {
  it('has its attempts counted by outcome in the metrics', async () => {
    const [succeeded, failed] = [await counted('succeeded'), await counted('failed')];
    const [well, ill] = [await startReceiver(), await startReceiver((response) => response.writeHead(500).end())];
    await makeEndpoint(workspace, { url: well.url, events: ['conversation.created'] });
    await makeEndpoint(workspace, { url: ill.url, events: ['conversation.created'] });
    await makeConversation(workspace);
    await vi.waitFor(async () => {
      expect(await counted('succeeded')).toBe(succeeded + 1);
      expect(await counted('failed')).toBeGreaterThan(failed);
    }, 15_000);
  });

  it('receives events signed per Standard Webhooks, with their position in the log', async () => {
    const receiver = await startReceiver();
    const endpoint = await makeEndpoint(workspace, { url: receiver.url, headers: { 'X-Shop': 'blue' } });
    await makeContactConversation(workspace, { message: { text: 'Hello' } });
    await arrived(receiver, 3);
    // Before them in the log are the channel and the contact.
    const webhook = new Webhook(endpoint.secret);
    for (const { text, headers, body } of receiver.received) {
      expect(webhook.verify(text, headers)).toEqual(body);
      expect(body).toMatchObject({ workspaceId: workspace.id, data: { id: headers['webhook-id'], type: body.type } });
      expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-shop': 'blue', 'user-agent': 'Parley' });
    }
    expect(receiver.received.map(({ body }) => `${body.sequence} ${body.type}`).sort()).toEqual([
      '3 conversation.created',
      '4 participant.joined',
      '5 message.added',
    ]);
    await settled(parley, workspace, endpoint.id);
    const { deliveries } = await readEndpoint(workspace, endpoint.id);
    expect(deliveries.totalCount).toBe(3);
    for (const delivery of nodesOf(deliveries)) {
      const sent = receiver.received.find(({ id }) => id === delivery.eventId);
      expect(delivery).toMatchObject({
        eventType: sent?.body.type,
        event: { id: sent?.id },
        status: 'SUCCEEDED',
        attempts: 1,
        statusCode: 204,
        errorMessage: null,
        nextAttemptAt: null,
        body: sent?.text,
      });
    }
  });

  it('receives for every event type what a subscription with the same document gets, and the actor', async () => {
    const after = await cursorOf(workspace);
    await makeHistory();
    const receiver = await startReceiver();
    const endpoint = await makeEndpoint(workspace, { url: receiver.url });
    const count = (await succeed(workspace, ReplayWebhooksDocument, { endpointId: endpoint.id, after })).eventCount;
    const client = connect(parley.url, workspace.apiKey);
    const results = await listen(client, WebhookEventDocument, { after }).until(count);
    await client.dispose();
    await arrived(receiver, count);
    const sent = new Map(receiver.received.map(({ id, body }) => [id, body.data]));
    for (const { data } of results) {
      expect(data?.events.actor.id).toMatch(/^(key|cont)_/);
      expect(sent.get(data?.events.id ?? '')).toEqual(data?.events);
    }
    const kinds = new Set(results.map(({ data }) => data?.events.__typename));
    expect(kinds.size).toBe(16);
  });

  it('receives which API key acted in the name of the actor, or null', async () => {
    const receiver = await startReceiver();
    await makeEndpoint(workspace, { url: receiver.url, events: ['message.added'] });
    const user = await makeUser(workspace, 'Ada');
    const { id: conversationId } = await makeContactConversation(workspace);
    const ada = await succeed(workspace, SendMessageDocument, { conversationId, text: 'Ada', authorId: user.id });
    const own = await succeed(workspace, SendMessageDocument, { conversationId, text: 'The key' });
    await arrived(receiver, 2);
    const viewer = await ask(workspace, ViewerDocument, {});
    const { id, name } = viewer.actor;
    const bodies = new Map(receiver.received.map(({ body }) => [Object(body.data).message.id, body]));
    const via = { id, name };
    expect(bodies.get(ada.messageEdge.node.id)?.data).toMatchObject({ actor: { id: user.id }, via, message: { via } });
    expect(bodies.get(own.messageEdge.node.id)?.data).toMatchObject({
      actor: { id },
      via: null,
      message: { via: null },
    });
  });

  it('receives only the events it has chosen', async () => {
    const receiver = await startReceiver();
    const endpoint = await makeEndpoint(workspace, {
      url: receiver.url,
      events: ['conversation.closed', 'message.added'],
    });
    const { id: conversationId } = await makeContactConversation(workspace, { message: { text: 'Hello' } });
    await succeed(workspace, CloseConversationDocument, { conversationId });
    await settled(parley, workspace, endpoint.id);
    expect(types(receiver)).toEqual(['conversation.closed', 'message.added']);
  });

  it('receives events under the alternative names if it chose only those, and once under the main name if it chose both', async () => {
    const [aliases, both] = [await startReceiver(), await startReceiver()];
    const names = ['message.received', 'message.sent', 'message.delivered', 'message.read', 'message.failed'];
    const first = await makeEndpoint(workspace, { url: aliases.url, events: names });
    const second = await makeEndpoint(workspace, { url: both.url, events: ['*', ...names] });
    const { id } = await makeContactConversation(workspace);
    await send(id, 'INBOUND');
    const message = await send(id);
    for (const status of ['SENT', 'DELIVERED', 'READ'] as const) await setStatus(message, status);
    await setStatus(await send(id), 'FAILED');
    for (const endpoint of [first, second]) await settled(parley, workspace, endpoint.id);
    expect(types(aliases)).toEqual([...names].sort());
    for (const { body } of aliases.received) {
      const main = body.type === 'message.received' ? 'message.added' : 'message.updated';
      expect(body.data).toMatchObject({ type: main, message: { text: 'Hello' } });
    }
    expect(types(both).filter((type) => names.includes(type))).toEqual([]);
    expect(types(both).filter((type) => type.startsWith('message.'))).toHaveLength(7);
  });

  it('receives nothing of another workspace', async () => {
    const [ours, theirs] = [await startReceiver(), await startReceiver()];
    const other = await parley.newWorkspace();
    await makeEndpoint(workspace, { url: ours.url });
    const endpoint = await makeEndpoint(other, { url: theirs.url });
    await makeConversation(workspace);
    await arrived(ours, 1);
    await settled(parley, other, endpoint.id);
    expect(theirs.received).toEqual([]);
  });
});
