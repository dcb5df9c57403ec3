import { expect, it } from 'vitest';
import type { Client, ClientOptions } from '../../client/src/client.js';
import { memoryStorage } from '../../client/src/storage.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { messagesOf, readConversation, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { eventsOf, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';
import { useHeldNetwork } from './support/held-network.js';
import { openClient } from './support/open-client.js';
import { mortalStorage, storageOf } from './support/storages.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

const OPEN = { status: ['OPEN' as const] };

const isEmpty = (client: Client) => () => client.waiting().length === 0;
const textsOf = async (client: TestWorkspace, id: string) =>
  nodesOf(await messagesOf(client, id)).map(({ text, seq }) => `${seq} ${text}`);

/** Where there is no network: an address that nothing listens to. */
async function useNoNetwork() {
  const wire = await useWire(parley);
  await wire.close();
  return wire;
}

it('what is written offline shows at once, survives a reload, and replayed twice in full has one effect', async () => {
  const { id: assigneeId } = await makeUser(workspace);
  const storage = memoryStorage();
  const offline = await openClient(workspace, await useNoNetwork(), { storage });
  const { conversationId, stored } = offline.createConversation({ subject: 'Offline', tags: ['new'] });
  const open = offline.list(OPEN);
  expect(open.rows()).toMatchObject([{ id: conversationId, subject: 'Offline', isPending: true }]);
  const sent = offline.sendMessage({ conversationId, text: 'Hello' });
  const thread = offline.thread(conversationId);
  expect(thread.messages()).toMatchObject([{ text: 'Hello', seq: null, sent: null, refused: null }]);
  offline.assignConversation({ conversationId, assigneeId });
  expect(open.rows()).toMatchObject([{ assigneeId, messageCount: 1 }]);
  const closed = offline.closeConversation({ conversationId, resolution: 'RESOLVED' });
  expect(open.rows()).toEqual([]);
  expect(thread.conversation()).toMatchObject({ status: 'CLOSED', isPending: true });
  await Promise.all([stored, sent.stored, closed.stored]);
  await offline.stop();

  const before = await storage.read();
  const online = await openClient(workspace, parley, { storage });
  expect(online.waiting().map(({ kind }) => kind)).toEqual([
    'createConversation',
    'sendMessage',
    'assignConversation',
    'closeConversation',
  ]);
  const [inOpen, inClosed] = [online.list(OPEN), online.list({ status: ['CLOSED'] })];
  const shown = online.thread(conversationId);
  await eventually(isEmpty(online), 'all is sent');
  await eventually(() => inClosed.state() === 'LIVE' && shown.state() === 'LOADED', 'what the server says');
  expect(inOpen.rows()).toEqual([]);
  const row = await readConversation(workspace, conversationId);
  expect(row).toMatchObject({ status: 'CLOSED', messageCount: 1, assignee: { id: assigneeId }, tags: ['new'] });
  await eventually(() => inClosed.rows()[0]?.version === row.version, 'the row');
  expect(inClosed.rows()).toMatchObject([{ id: conversationId, status: 'CLOSED', isPending: false }]);
  expect(shown.messages()).toMatchObject([{ id: sent.messageId, text: 'Hello', seq: 1 }]);
  const events = (await eventsOf(workspace, conversationId)).map(({ id, type }) => `${id} ${type}`);
  expect(events.map((event) => event.split(' ')[1])).toContain('conversation.closed');

  for (const round of [1, 2]) {
    const again = await openClient(workspace, parley, { storage: await storageOf(before) });
    await eventually(isEmpty(again), `replay ${round}`);
    expect(again.refused()).toEqual([]);
    await again.stop();
  }
  expect((await eventsOf(workspace, conversationId)).map(({ id, type }) => `${id} ${type}`)).toEqual(events);
  expect(await readConversation(workspace, conversationId)).toEqual(row);
  expect(await textsOf(workspace, conversationId)).toEqual(['1 Hello']);
});

it('a client that is killed again and again loses nothing and sends nothing twice', { timeout: 90_000 }, async () => {
  const [one, other] = [await makeConversation(workspace), await makeConversation(workspace)];
  const kept = memoryStorage();
  let written = 0;
  for (let life = 0; life < 6; life += 1) {
    const wire = await useWire(parley);
    const storage = mortalStorage(kept);
    const client = await openClient(workspace, wire, { storage });
    const stored: Promise<void>[] = [];
    for (let count = 0; count < 8; count += 1) {
      written += 1;
      for (const { id } of [one, other]) {
        stored.push(client.sendMessage({ conversationId: id, text: `Message ${written}` }).stored);
      }
    }
    await Promise.all(stored);
    // Ends while requests are under way: some were answered, others only arrived, and others were not sent.
    await eventually(() => client.waiting().length <= 14 - life, 'some');
    storage.kill();
    wire.cut();
    void client.stop();
  }
  const last = await openClient(workspace, parley, { storage: kept });
  await eventually(isEmpty(last), 'all', 30_000);
  expect(last.refused()).toEqual([]);
  const expected = Array.from({ length: written }, (_, index) => `${index + 1} Message ${index + 1}`);
  for (const { id } of [one, other]) expect(await textsOf(workspace, id)).toEqual(expected);
});

it('a refused write says why, and the rest goes on', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const client = await openClient(workspace, parley);
  const thread = client.thread(conversationId);
  client.sendMessage({ conversationId, text: 'First' });
  const { write } = client.assignConversation({ conversationId, assigneeId: 'user_00000000000000000000000000' });
  client.snoozeConversation({ conversationId, until: '2000-01-01T00:00:00Z' });
  client.reopenConversation({ conversationId });
  client.sendMessage({ conversationId, text: 'Last' });
  client.sendMessage({ conversationId, text: 'x'.repeat(70_000) });
  await eventually(isEmpty(client), 'all');
  expect(client.refused().map(({ kind, refusal }) => [kind, refusal?.type, refusal?.code])).toEqual([
    ['assignConversation', 'NotFoundError', 'NOT_FOUND'],
    ['snoozeConversation', 'ValidationError', 'VALIDATION_FAILED'],
    ['reopenConversation', 'InvalidTransitionError', 'INVALID_TRANSITION'],
    ['sendMessage', 'ValidationError', 'VALIDATION_FAILED'],
  ]);
  expect(client.refused()[1]?.refusal?.issues).toMatchObject([{ path: ['until'] }]);
  await eventually(() => thread.messages().length === 3 && thread.state() === 'LOADED', 'the messages');
  expect(thread.messages()).toMatchObject([
    { text: 'First', seq: 1 },
    { text: 'Last', seq: 2 },
    { seq: null, refused: { refusal: { type: 'ValidationError' } } },
  ]);
  expect(thread.conversation()).toMatchObject({ assigneeId: null, status: 'OPEN', isPending: false });
  client.retry(write.id);
  await eventually(() => client.waiting().length === 0 && client.refused().length === 4, 'the second refusal');
  expect(client.refused().map(({ id }) => id)).not.toContain(write.id);
  for (const { id } of client.refused()) client.dismiss(id);
  expect(client.refused()).toEqual([]);
  expect(thread.messages()).toHaveLength(2);
});

/** A client that is connected, and whose requests from then on are held. */
async function holdRequests(waits: Partial<ClientOptions>) {
  const network = useHeldNetwork();
  const client = await openClient(workspace, parley, { fetch: network.fetch, ...waits });
  await eventually(() => client.status().state === 'LIVE', 'the connection');
  network.hold();
  return { network, client };
}

it('what failed on its way does not hold up the rest once something has arrived', async () => {
  const [one, other] = [await makeConversation(workspace), await makeConversation(workspace)];
  const { network, client } = await holdRequests({ firstWaitMs: 600_000, longestWaitMs: 600_000 });
  client.sendMessage({ conversationId: one.id, text: 'First' });
  client.sendMessage({ conversationId: one.id, text: 'Second' });
  client.sendMessage({ conversationId: other.id, text: 'Other' });
  await eventually(() => network.held().length === 2, 'two requests');
  network
    .held()
    .find(({ body }) => body.includes(other.id))
    ?.fail();
  await eventually(() => network.failed() === 1, 'the failure');
  network.release();
  await eventually(isEmpty(client), 'all');
  expect(await textsOf(workspace, one.id)).toEqual(['1 First', '2 Second']);
  expect(await textsOf(workspace, other.id)).toEqual(['1 Other']);
});

it('a write that the server fails at waits alone, whatever others succeed', async () => {
  const one = await makeConversation(workspace);
  const [other, third] = [await makeConversation(workspace), await makeConversation(workspace)];
  const { network, client } = await holdRequests({ firstWaitMs: 600_000, longestWaitMs: 600_000 });
  client.sendMessage({ conversationId: one.id, text: 'Fails' });
  client.sendMessage({ conversationId: other.id, text: 'Other' });
  await eventually(() => network.held().length === 2, 'two requests');
  const [first, second] = network.held();
  first?.refuse('INTERNAL_SERVER_ERROR');
  await eventually(() => network.held().length === 1, 'the failure');
  second?.pass();
  await eventually(() => client.waiting().length === 1, 'the success');
  network.online();
  client.sendMessage({ conversationId: third.id, text: 'Third' });
  await eventually(() => network.held().length > 0, 'a request of the third');
  expect(network.held().map(({ body }) => body.includes(third.id))).toEqual([true]);
  network.release();
  await eventually(() => client.waiting().length === 1, 'the third');
  expect(client.waiting()).toMatchObject([{ conversationId: one.id, refusal: null }]);
});

it('a request that fails after the network is back is sent again soon, however long it was away', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const { network, client } = await holdRequests({ firstWaitMs: 20, longestWaitMs: 600_000, random: () => 0.99 });
  client.sendMessage({ conversationId, text: 'Hello' });
  // The last wait would be longer than half a minute.
  for (let failures = 1; failures <= 12; failures += 1) {
    await eventually(() => network.held().length === 1, 'a request');
    network.online();
    network.held()[0]?.fail();
    await eventually(() => network.failed() === failures, 'its failure');
  }
  // Nor is it refused at the first thing that may be a fault of its own.
  await eventually(() => network.held().length === 1, 'a request');
  network.held()[0]?.refuse('INTERNAL_SERVER_ERROR');
  await eventually(() => network.held().length === 1, 'another');
  network.release();
  await eventually(isEmpty(client), 'all');
  expect(await textsOf(workspace, conversationId)).toEqual(['1 Hello']);
  expect(client.refused()).toEqual([]);
});

it('signing out erases the copy and what waits, for good', async () => {
  const conversation = await makeConversation(workspace, { subject: 'Secret' });
  await say(workspace, conversation.id, { text: 'Secret' });
  const storage = memoryStorage();
  const wire = await useWire(parley);
  const client = await openClient(workspace, wire, { storage });
  const [list, thread] = [client.list({}), client.thread(conversation.id)];
  await eventually(() => list.rows().length === 1 && thread.messages().length === 1, 'the copy');
  await wire.close();
  const { stored } = client.sendMessage({ conversationId: conversation.id, text: 'Waits' });
  await stored;
  expect(JSON.stringify(await storage.read())).toContain('Secret');
  await client.signOut();
  expect([list.rows(), thread.messages(), client.waiting(), await storage.read()]).toEqual([[], [], [], []]);
  await expect(client.sendMessage({ conversationId: conversation.id, text: 'Too late' }).stored).rejects.toThrow();
  expect([client.waiting(), await storage.read()]).toEqual([[], []]);
  expect(client.status()).toMatchObject({ state: 'ENDED', kind: 'STOPPED' });
});
