import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { rewrite } from '../domain/messages/support/messages.js';
import { linkPair } from '../domain/prospects/support/prospects.js';
import {
  CreateContactDocument,
  DeleteContactDocument,
  DeleteMessageDocument,
  DeleteProspectDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  MergeContactsDocument,
  RedeliverWebhookDocument,
  SendMessageDocument,
  type SendMessageInput,
  UnlinkProspectDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeChannel, makeConversation, makeProspect } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { deliveryThat, makeEndpoint, onlyDelivery, PATIENCE } from '../webhook-delivery/support/endpoints.js';
import { useReceivers } from '../webhook-delivery/support/receiver.js';
import { arrived, settled } from '../webhook-delivery/support/world.js';

let now = new Date();
const database = useScratchDatabase();
const parley = useParley({
  databaseUrl: database.url,
  config: { worker: true, webhookAllowPrivate: true, logLevel: 'silent' },
  webhookPollMs: 100,
  clock: () => now,
});
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();

/** Whether the deliveries of the workspace keep something like this. */
async function keeps(what: RegExp): Promise<boolean> {
  const rows = await database.rows(`SELECT body, "responseBody", "errorMessage" FROM "WebhookDelivery"
    WHERE "workspaceId" = '${uuidOf(workspace.id)}'`);
  return what.test(JSON.stringify(rows));
}

/** A receiver that fails and repeats what it got; once it is `mended`, it succeeds. */
async function failing(...events: string[]) {
  let status = 500;
  const receiver = await startReceiver((response, { text }) => response.writeHead(status).end(text));
  const { id } = await makeEndpoint(workspace, { url: receiver.url, events });
  return {
    id,
    received: receiver.received,
    triedOnce: () => deliveryThat(workspace, id, 1),
    mended: async () => {
      status = 200;
      now = new Date(now.getTime() + 60_000);
      await settled(parley, workspace, id);
    },
  };
}

async function makeMessage(text: string, input: Partial<SendMessageInput> = {}) {
  const conversationId = input.conversationId ?? (await makeConversation(workspace)).id;
  return (await succeed(workspace, SendMessageDocument, { text, ...input, conversationId })).messageEdge.node.id;
}

it('a deleted message is neither sent again nor kept', async () => {
  const { id, received, triedOnce, mended } = await failing('message.added');
  const messageId = await makeMessage('Whisper', { metadata: { pin: 'Whisper' } });
  const first = await triedOnce();
  expect(await keeps(/Whisper/)).toBe(true);
  await succeed(workspace, DeleteMessageDocument, { messageId });
  expect(await keeps(/Whisper/)).toBe(false);
  await mended();
  await succeed(workspace, RedeliverWebhookDocument, { deliveryId: first.id });
  await settled(parley, workspace, id);
  expect(received.map(({ text }) => text.includes('Whisper'))).toEqual([true, false, false]);
  expect(received[1]?.id).toBe(received[0]?.id);
  expect(received[1]?.body.data).toMatchObject({ message: { text: null, content: {}, deletedAt: expect.any(String) } });
});

it('the former text of an edited message is neither sent again nor kept, unlike other messages', async () => {
  const { received, triedOnce, mended } = await failing('message.added');
  const messageId = await makeMessage('Whisper');
  const { body } = await triedOnce();
  await rewrite(workspace, messageId, { text: 'Shout' });
  expect(body).toContain('Whisper');
  expect(await keeps(/Whisper/)).toBe(false);
  await mended();
  expect(received.at(-1)?.body.data).toMatchObject({ message: { id: messageId, text: 'Shout' } });
  await makeMessage('Hello');
  await vi.waitFor(async () => expect(await keeps(/Hello/)).toBe(true), PATIENCE);
  await succeed(workspace, DeleteMessageDocument, { messageId });
  expect(await keeps(/Hello/)).toBe(true);
});

const secrets = /Carla|carla@example.com|\+4930123456|crm-1/;
const carla = { name: 'Carla', email: 'carla@example.com', phone: '+4930123456', externalId: 'crm-1' };

it('a deleted contact appears in nothing that is sent later or kept', async () => {
  const { received, triedOnce, mended } = await failing('message.added');
  const contact = (await succeed(workspace, CreateContactDocument, carla)).contact;
  const channelId = (await makeChannel(workspace)).id;
  const { id: conversationId } = await makeConversation(workspace, { channelId, contactId: contact.id });
  await makeMessage('Hello', { conversationId, authorId: contact.id });
  await triedOnce();
  expect(await keeps(secrets)).toBe(true);
  await succeed(workspace, DeleteContactDocument, { contactId: contact.id, force: true });
  expect(await keeps(secrets)).toBe(false);
  await mended();
  expect(received.map(({ text }) => secrets.test(text))).toEqual([true, false]);
  expect(received[1]?.body.data).toMatchObject({ message: { text: 'Hello', author: { name: 'Deleted contact' } } });
  expect(await keeps(secrets)).toBe(false);
});

it.each([false, true])(
  'a deleted contact disappears from the conversations of others, if it had left them: %s',
  async (left) => {
    const { received, triedOnce, mended } = await failing('participant.joined');
    const { id: actorId } = (await succeed(workspace, CreateContactDocument, carla)).contact;
    const { id: conversationId } = await makeConversation(workspace);
    await succeed(workspace, JoinConversationDocument, { conversationId, actorId });
    await triedOnce();
    expect(await keeps(secrets)).toBe(true);
    if (left) await succeed(workspace, LeaveConversationDocument, { conversationId, actorId });
    await succeed(workspace, DeleteContactDocument, { contactId: actorId });
    expect(await keeps(secrets)).toBe(false);
    await mended();
    expect(received.map(({ text }) => secrets.test(text))).toEqual([true, false]);
  },
);

it('the details that a contact loses in a merge are neither sent again nor kept', async () => {
  const { received, triedOnce, mended } = await failing('message.added');
  const survivor = (
    await succeed(workspace, CreateContactDocument, { name: 'Ada', email: 'ada@example.com', phone: '+4930654321' })
  ).contact;
  const other = (await succeed(workspace, CreateContactDocument, { name: 'Carla', email: 'carla@example.com' }))
    .contact;
  const channelId = (await makeChannel(workspace)).id;
  const { id: conversationId } = await makeConversation(workspace, { channelId, contactId: other.id });
  await makeMessage('Hello', { conversationId, authorId: other.id });
  await triedOnce();
  expect(await keeps(secrets)).toBe(true);
  await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [other.id] });
  expect(await keeps(secrets)).toBe(false);
  await mended();
  expect(received.at(-1)?.body.data).toMatchObject({ conversation: { contact: { email: 'ada@example.com' } } });
  expect(received.at(-1)?.text).not.toMatch(secrets);
});

it('a deleted prospect is neither sent again nor kept, even if it had been unlinked', async () => {
  const { id, received, mended } = await failing('prospect.linked');
  const { id: prospectId } = await makeProspect(workspace, { name: 'Carla' });
  const [still, before] = [await makeConversation(workspace), await makeConversation(workspace)];
  await linkPair(workspace, { conversationId: before.id, prospectId });
  await deliveryThat(workspace, id, 1);
  await succeed(workspace, UnlinkProspectDocument, { conversationId: before.id, prospectId });
  await linkPair(workspace, { conversationId: still.id, prospectId });
  expect(await keeps(secrets)).toBe(true);
  await succeed(workspace, DeleteProspectDocument, { prospectId });
  expect(await keeps(secrets)).toBe(false);
  received.length = 0;
  await mended();
  await vi.waitFor(() => expect(received).toHaveLength(2), PATIENCE);
  for (const { body } of received) expect(body.data).toMatchObject({ prospectId, prospect: null });
});

/** Lets whatever reads this table wait, from when something does to when `meanwhile` is done. */
async function whileWaitingFor(table: string, begin: () => Promise<unknown>, meanwhile: () => Promise<unknown>) {
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query(`BEGIN; LOCK TABLE "${table}"`);
    await begin();
    const waiting = 'SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))';
    await vi.waitFor(async () => expect((await holder.query(waiting)).rowCount).toBeGreaterThan(0), PATIENCE);
    await meanwhile();
  } finally {
    await holder.end();
  }
}

it('a message deleted while its delivery is rendered is not sent with its text', async () => {
  const receiver = await startReceiver();
  const { id } = await makeEndpoint(workspace, { url: receiver.url, events: ['message.added'] });
  const channelId = (await makeChannel(workspace)).id;
  const { id: conversationId } = await makeConversation(workspace, { channelId });
  const messageId = await makeMessage('Hello', { conversationId });
  await settled(parley, workspace, id);
  // The edit erases the rendered body, so that the delivery is rendered again.
  await rewrite(workspace, messageId, { text: 'Whisper' });
  const { id: deliveryId } = await onlyDelivery(workspace, id);
  await whileWaitingFor(
    'Channel',
    () => succeed(workspace, RedeliverWebhookDocument, { deliveryId }),
    () => succeed(workspace, DeleteMessageDocument, { messageId }),
  );
  await arrived(receiver, 2);
  await settled(parley, workspace, id);
  expect(receiver.received.map(({ text }) => text.includes('Whisper'))).toEqual([false, false]);
  expect(await keeps(/Whisper/)).toBe(false);
});
