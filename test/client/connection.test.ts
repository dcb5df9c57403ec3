import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { waitAfter } from '../../client/src/backoff.js';
import type { ConnectionStatus } from '../../client/src/client.js';
import { hashApiKey } from '../../src/auth/api-key.js';
import { CloseConversationDocument, UpdateUserDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation, makeUser } from '../support/make.js';
import { seededRandom } from '../support/seeded-random.js';
import { makeToken, signInAs } from '../support/token.js';
import { useHeldNetwork } from './support/held-network.js';
import { openClient } from './support/open-client.js';
import { useProxyWithoutSockets } from './support/proxy.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

it.each([
  ['with sockets refused', {}],
  ['without any WebSocket', { webSocketImpl: null }],
])('follows over Server-Sent Events %s, through cuts', async (_case, options) => {
  const proxy = await useProxyWithoutSockets(parley);
  const client = await openClient(workspace, proxy, options);
  const list = client.list({ status: ['OPEN'] });
  const counts = client.counts();
  const goes = await makeConversation(workspace);
  await eventually(() => list.rows().length === 1 && counts.value()?.open === 1, 'the first');
  expect(client.status()).toEqual({ state: 'LIVE', transport: 'SSE' });
  await eventually(() => list.state() === 'LIVE', 'the stream');
  for (let round = 2; round <= 4; round += 1) {
    const stays = await makeConversation(workspace);
    await eventually(() => list.rows().some(({ id }) => id === stays.id), 'a live one');
    proxy.cut();
    await makeConversation(workspace);
    await eventually(() => list.rows().length === 2 * round - 1, 'what was missed');
  }
  await succeed(workspace, CloseConversationDocument, { conversationId: goes.id });
  await eventually(() => list.rows().length === 6 && counts.value()?.closed === 1, 'the closing');
});

it('prefers a socket, and one failure to open it is no reason to use anything else', async () => {
  const wire = await useWire(parley);
  const client = await openClient(workspace, wire);
  const seen = new Set<ConnectionStatus>();
  client.subscribe(() => seen.add(client.status()));
  const opened = () => [...seen].flatMap((status) => (status.state === 'LIVE' ? status.transport : []));
  for (let round = 1; round <= 4; round += 1) {
    await eventually(() => opened().length === round, 'a socket');
    wire.cut();
  }
  expect(opened()).toEqual(Array(4).fill('WEBSOCKET'));
});

it('opens a socket after a time without any network, even if that ends between two attempts', async () => {
  const wire = await useWire({ url: 'http://127.0.0.1:1/graphql' });
  const network = useHeldNetwork();
  network.hold();
  const client = await openClient(workspace, wire, { fetch: network.fetch });
  for (let failures = 1; failures <= 3; failures += 1) {
    await eventually(() => network.held().length === 1, 'a request after a socket that could not be opened');
    network.held()[0]?.fail();
  }
  await eventually(() => network.held().length === 1, 'another');
  wire.forwardTo(parley.url);
  network.release();
  await eventually(() => client.status().state === 'LIVE', 'the connection');
  expect(client.status()).toEqual({ state: 'LIVE', transport: 'WEBSOCKET' });
});

it('does not wait for ever where requests stay without an answer', async () => {
  const wire = await useWire({ url: 'http://127.0.0.1:1/graphql' });
  const network = useHeldNetwork();
  network.hold();
  await openClient(workspace, wire, { fetch: network.fetch, pingMs: 300 });
  await eventually(() => wire.connections() >= 3, 'three sockets');
});

/** A server that accepts each socket, or with 4403 its token not, and closes it at once. */
async function useClosingServer(code: number) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' });
  await once(server, 'listening');
  let sockets = 0;
  server.on('connection', (socket) => {
    sockets += 1;
    socket.on('message', () => {
      if (code !== 4403) socket.send('{"type":"connection_ack"}');
      socket.close(code, 'Because.');
    });
  });
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no port.');
  return { url: `http://127.0.0.1:${address.port}/graphql`, sockets: () => sockets };
}

it.each([
  [1001, 'UNREACHABLE'],
  [1013, 'SERVICE_UNAVAILABLE'],
])('opens another socket after a close with %i', async (code, reason) => {
  const server = await useClosingServer(code);
  const client = await openClient(workspace, server);
  const seen = new Set<string>();
  client.subscribe(() => {
    const status = client.status();
    if (status.state === 'WAITING') seen.add(status.reason.code);
  });
  await eventually(() => server.sockets() >= 3, 'three sockets');
  expect([...seen]).toEqual([reason]);
});

it.each([
  [4400, 'INCOMPATIBLE', 1],
  [4406, 'INCOMPATIBLE', 1],
  [4403, 'REFUSED', 2],
])('ends after a close with %i', async (code, kind, sockets) => {
  const server = await useClosingServer(code);
  const client = await openClient(workspace, server);
  await eventually(() => client.status().state === 'ENDED', 'the end');
  expect(client.status()).toMatchObject({ kind });
  expect(server.sockets()).toBe(sockets);
});

it('asks for another token when one has expired, and misses nothing', async () => {
  const { id: actorId } = await makeUser(workspace);
  let asked = 0;
  const token = async () => {
    asked += 1;
    return (await makeToken(workspace, { actorId, expiresInSeconds: 3 })).token;
  };
  const client = await openClient(workspace, parley, { token });
  const list = client.list({});
  await eventually(() => list.state() === 'LIVE', 'the list');
  await eventually(() => asked >= 3, 'expired tokens', 30_000);
  const { id } = await makeConversation(workspace);
  await eventually(() => list.rows()[0]?.id === id, 'the conversation');
  expect(client.status().state).not.toBe('ENDED');
}, 60_000);

it('ends with the reason when it cannot go on, and keeps what waits', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const write = { conversationId, text: 'Waits' };
  const nobody = await openClient(workspace, parley, { token: () => null });
  nobody.sendMessage(write);
  await eventually(() => nobody.status().state === 'ENDED', 'the end');
  expect(nobody.status()).toMatchObject({ kind: 'SIGNED_OUT', reason: { code: 'SIGNED_OUT' } });

  const stranger = await openClient(workspace, parley, { token: () => 'nonsense' });
  stranger.sendMessage(write);
  await eventually(() => stranger.status().state === 'ENDED', 'the end');
  expect(stranger.status()).toMatchObject({ kind: 'REFUSED', reason: { code: 'UNAUTHENTICATED' } });

  const revoked = await openClient(workspace, parley);
  await eventually(() => revoked.status().state === 'LIVE', 'the socket');
  await parley.database.prisma.$executeRaw`
    UPDATE "ApiKey" SET "revokedAt" = now() WHERE hash = ${hashApiKey(workspace.apiKey)}`;
  await eventually(() => revoked.status().state === 'ENDED', 'the end', 15_000);
  expect(revoked.status()).toMatchObject({ kind: 'REFUSED' });
  for (const client of [nobody, stranger]) {
    expect([client.waiting().length, client.refused().length]).toEqual([1, 0]);
  }
});

it('goes on when the token cannot be had for a while', async () => {
  let asked = 0;
  const token = () => {
    asked += 1;
    if (asked <= 3) throw new Error('The server of the app is away.');
    return workspace.apiKey;
  };
  const client = await openClient(workspace, parley, { token });
  const { conversationId } = client.createConversation({ subject: 'Patient' });
  await eventually(() => client.waiting().length === 0, 'the write');
  expect(client.refused()).toEqual([]);
  const thread = client.thread(conversationId);
  await eventually(() => thread.state() === 'LOADED', 'the conversation');
});

it('a list that cannot be followed says why, and the others go on', async () => {
  const client = await openClient(workspace, parley);
  const [wrong, right] = [client.list({ search: 'word' }), client.list({})];
  await eventually(() => wrong.failure() !== null && right.state() === 'LIVE', 'both');
  expect(wrong.failure()).toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(client.status().state).toBe('LIVE');
});

it('follows what a person may see after their role has changed', async () => {
  const admin = await signInAs(parley, workspace, 'ADMIN');
  const { id: ownerId } = await makeUser(workspace);
  const own = await makeConversation(workspace, { subject: 'For all' });
  await makeConversation(workspace, { subject: 'Of another', ownerId });
  const client = await openClient(admin, parley);
  const list = client.list({});
  await eventually(() => list.rows().length === 2, 'both');
  await succeed(workspace, UpdateUserDocument, { userId: admin.actorId, role: 'AGENT' });
  await eventually(() => list.rows().length === 1, 'the removal');
  expect(list.rows()).toMatchObject([{ id: own.id }]);
  const later = await makeConversation(workspace);
  await eventually(() => list.rows().some(({ id }) => id === later.id), 'the next');
  expect(client.status().state).not.toBe('ENDED');
});

it('sends again what a server that has too much to do did not take', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const proxy = await useProxyWithoutSockets(parley);
  const client = await openClient(workspace, proxy, { webSocketImpl: null });
  const thread = client.thread(conversationId);
  await eventually(() => thread.state() === 'LOADED', 'the conversation');
  proxy.beBusy(5);
  for (const text of ['One', 'Two', 'Three']) client.sendMessage({ conversationId, text });
  await eventually(() => client.waiting().length === 0, 'all');
  await eventually(() => thread.messages().every(({ seq }) => seq !== null), 'the messages');
  expect(thread.messages().map(({ text }) => text)).toEqual(['One', 'Two', 'Three']);
  expect(client.refused()).toEqual([]);
});

it('waits a random time up to a limit that doubles, and never less than the server asks for', () => {
  const options = { firstWaitMs: 500, longestWaitMs: 30_000 };
  const waits = (random: () => number) =>
    [0, 1, 2, 6, 100].map((failures) => waitAfter(failures, undefined, { ...options, random }));
  expect(waits(() => 0)).toEqual([0, 0, 0, 0, 0]);
  expect(waits(() => 0.5)).toEqual([250, 500, 1000, 15_000, 15_000]);
  expect(waits(seededRandom(7))).toEqual(waits(seededRandom(7)));
  expect(waitAfter(3, 60_000, { ...options, random: () => 0 })).toBe(60_000);
});
