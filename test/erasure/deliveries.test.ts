import { describe, expect, it, vi } from 'vitest';
import {
  DeleteConversationDocument,
  EventCursorDocument,
  RedeliverWebhookDocument,
  ReplayWebhooksDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { makeEndpoint, PATIENCE, readEndpoint } from '../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../webhook-delivery/support/receiver.js';
import { arrived, settled } from '../webhook-delivery/support/world.js';
import { runJob } from '../worker/support/run-job.js';

const DAY_MS = 24 * 60 * 60 * 1000;
let now = new Date();
const database = useScratchDatabase();
const parley = useParley({
  databaseUrl: database.url,
  config: { worker: true, webhookAllowPrivate: true },
  webhookPollMs: 100,
  clock: () => now,
});
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();

const remove = (conversationId: string) => workspace.run(DeleteConversationDocument, { input: { conversationId } });

/** All that the deliveries of the workspace keep. */
const kept = async () => JSON.stringify(await database.rows('SELECT * FROM "WebhookDelivery"'));

describe('the deletion of a conversation', () => {
  it('erases what was delivered about it and the responses, and is delivered itself', async () => {
    const receiver = await startReceiver((response, { text }) => response.writeHead(200).end(text));
    const { id } = await makeEndpoint(workspace, { url: receiver.url });
    const conversation = await makeConversation(workspace, { subject: 'Hush', message: { text: 'Whisper' } });
    await arrived(receiver, 2);
    await settled(parley, workspace, id);
    expect(await kept()).toContain('Whisper');
    await remove(conversation.id);
    await settled(parley, workspace, id);
    expect(await kept()).not.toMatch(/Hush|Whisper/);
    const { deliveries } = await readEndpoint(workspace, id);
    expect(nodesOf(deliveries).map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
    expect(receiver.received.at(-1)?.body).toMatchObject({
      type: 'conversation.deleted',
      data: { conversationId: conversation.id, conversation: null },
    });
  });

  it('leaves nothing of it in pending or repeated deliveries', async () => {
    let status = 500;
    const receiver = await startReceiver((response) => response.writeHead(status).end());
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: ['message.added'] });
    const conversation = await makeConversation(workspace, { subject: 'Hush', message: { text: 'Whisper' } });
    await arrived(receiver, 1);
    await vi.waitFor(async () => {
      expect(nodesOf((await readEndpoint(workspace, id)).deliveries)[0]).toMatchObject({ attempts: 1 });
    }, PATIENCE);
    await remove(conversation.id);
    status = 200;
    now = new Date(now.getTime() + 60_000);
    await arrived(receiver, 2);
    await settled(parley, workspace, id);
    const [delivery] = nodesOf((await readEndpoint(workspace, id)).deliveries);
    await succeed(workspace, RedeliverWebhookDocument, { deliveryId: delivery?.id ?? '' });
    await arrived(receiver, 3);
    const [first, ...others] = receiver.received;
    expect(first?.text).toContain('Whisper');
    for (const other of others) {
      expect(other.id).toBe(first?.id);
      expect(other.text).not.toMatch(/Hush|Whisper/);
      expect(other.body).toMatchObject({ type: 'message.added', data: { message: null, conversation: null } });
    }
    expect(await kept()).not.toMatch(/Hush|Whisper/);
  });

  it('leaves nothing of it even during deliveries', async () => {
    const receiver = await startReceiver((response, { text }) => response.writeHead(200).end(text));
    const { id } = await makeEndpoint(workspace, { url: receiver.url });
    const make = () => makeConversation(workspace, { subject: 'Hush', message: { text: 'Whisper' } });
    const conversations = await Promise.all(Array.from({ length: 30 }, make));
    await Promise.all(conversations.map((conversation) => remove(conversation.id)));
    await settled(parley, workspace, id);
    expect((await readEndpoint(workspace, id)).deliveries.totalCount).toBe(90);
    expect(await kept()).not.toMatch(/Hush|Whisper/);
  });
});

describe('a webhook delivery', () => {
  it('is removed after 30 days and can be sent again only by a replay', async () => {
    const receiver = await startReceiver();
    const after = await ask(workspace, EventCursorDocument, {});
    const { id } = await makeEndpoint(workspace, { url: receiver.url });
    await makeConversation(workspace);
    await arrived(receiver, 1);
    await settled(parley, workspace, id);
    now = new Date(now.getTime() + 29 * DAY_MS);
    await runJob(database, 'clean-webhook-deliveries');
    expect((await readEndpoint(workspace, id)).deliveries.totalCount).toBe(1);
    now = new Date(now.getTime() + DAY_MS + 60_000);
    await runJob(database, 'clean-webhook-deliveries');
    expect((await readEndpoint(workspace, id)).deliveries.totalCount).toBe(0);
    expect(receiver.received).toHaveLength(1);
    await succeed(workspace, ReplayWebhooksDocument, { endpointId: id, after });
    await arrived(receiver, 2);
    expect(receiver.received[1]?.id).toBe(receiver.received[0]?.id);
  });
});
