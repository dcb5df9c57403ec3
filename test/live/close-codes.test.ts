import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { EventCursorDocument, LiveEventsDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { startParley } from '../support/parley.js';
import { connect, eventually, listen } from './support/listen.js';
import { rawSocket as openRawSocket } from './support/raw-socket.js';

const parley = useParley({});
const workspace = useWorkspace(parley);

const rawSocket = (protocol?: string) => openRawSocket(parley.url, workspace.apiKey, protocol);

const subscribe = (id: string) => ({
  type: 'subscribe',
  id,
  payload: { query: 'subscription { events { id } }' },
});

/** Waits for the end of what earlier tests subscribed to, before counting. */
const noSubscribers = () => eventually(() => parley.live.fanOut.size().subscribers === 0, 'the end of earlier sockets');

describe('a socket is closed with', () => {
  it('4400 for an invalid message', async () => {
    for (const nonsense of ['{', '[]', '{"type":"eat"}', '{"type":"subscribe"}', 'null']) {
      const { socket, closed, init } = await rawSocket();
      await init();
      socket.send(nonsense);
      expect((await closed).code, nonsense).toBe(4400);
    }
  });

  it('4400 for a binary frame', async () => {
    const { socket, closed, init } = await rawSocket();
    await init();
    socket.send(Buffer.from('{"type":"ping"}'));
    expect((await closed).code).toBe(4400);
  });

  it('4401 for a subscribe before the handshake', async () => {
    const { say, closed } = await rawSocket();
    say(subscribe('1'));
    expect((await closed).code).toBe(4401);
  });

  const missing = 'Send an API key or a session token: Authorization: Bearer …';
  const refused: [what: string, payload: object | undefined, reason: string][] = [
    ['no payload', undefined, missing],
    ['no key', {}, missing],
    ['a key that is no text', { Authorization: 7 }, missing],
    [
      'an unknown key',
      { Authorization: 'Bearer nonsense' },
      'This API key is unknown, revoked or expired, or its maker may no longer have it. Use another one.',
    ],
    [
      'an invalid token',
      { Authorization: 'Bearer a.b.c' },
      'Invalid or expired token, or its subject may not sign in. Get a new one.',
    ],
  ];
  it.each(refused)('4403 and what to do for %s', async (_what, payload, reason) => {
    const { say, closed } = await rawSocket();
    say({ type: 'connection_init', payload });
    expect(await closed).toEqual({ code: 4403, reason });
  });

  it('4406 for another subprotocol', async () => {
    const { closed } = await rawSocket('graphql-ws').catch((error: Error) => ({
      closed: Promise.resolve({ code: error.message }),
    }));
    expect([4406, 'Server sent no subprotocol']).toContain((await closed).code);
  });

  it('4408 if no handshake arrives', async () => {
    const { closed } = await rawSocket();
    expect((await closed).code).toBe(4408);
  });

  it('4409 for an operation id already in use', async () => {
    const { say, closed, init } = await rawSocket();
    await init();
    say(subscribe('1'));
    say(subscribe('1'));
    expect((await closed).code).toBe(4409);
  });

  it('4429 for a second handshake', async () => {
    const { say, closed, init } = await rawSocket();
    await init();
    say({ type: 'connection_init', payload: { Authorization: `Bearer ${workspace.apiKey}` } });
    expect((await closed).code).toBe(4429);
  });

  it('1009 for a message over 1 MB', async () => {
    const { socket, closed, init } = await rawSocket();
    await init();
    socket.send(JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(1_000_001) } }));
    expect((await closed).code).toBe(1009);
  });

  it('1001 if the server shuts down', async () => {
    const leaving = await startParley();
    const elsewhere = await leaving.newWorkspace();
    const socket = new WebSocket(leaving.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${elsewhere.apiKey}` } }));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await leaving.stop();
    expect(await closed).toBe(1001);
  });
});

describe('a single socket', () => {
  it('carries 100 operations, refuses more, and continues', async () => {
    await noSubscribers();
    const { say, frames, init, socket } = await rawSocket();
    await init();
    for (let index = 0; index < 1000; index += 1) say(subscribe(String(index)));
    await eventually(() => frames.filter(({ type }) => type === 'error').length === 900, '900 refusals');
    expect(frames.find(({ type }) => type === 'error')?.payload).toEqual([
      expect.objectContaining({ extensions: { code: 'RATE_LIMITED' } }),
    ]);
    // A subscription gets what happens after it has started, which takes longer than to refuse one.
    await eventually(() => parley.live.fanOut.size().subscribers >= 100, 'the start of 100 subscriptions');
    await makeConversation(workspace);
    await eventually(() => frames.filter(({ type }) => type === 'next').length >= 100, 'an event for each of 100');
    say({ type: 'complete', id: '0' });
    socket.close();
  });

  it('answers a ping, and ignores messages of an operation that has ended', async () => {
    const { say, frames, init, socket } = await rawSocket();
    await init();
    say(subscribe('a'));
    say({ type: 'complete', id: 'a' });
    say({ type: 'complete', id: 'a' });
    say({ type: 'ping' });
    await eventually(() => frames.some(({ type }) => type === 'pong'), 'a pong');
    await makeConversation(workspace);
    await sleep(100);
    expect(frames.filter(({ type }) => type === 'next')).toEqual([]);
    socket.close();
  });
});

it('the server keeps serving others while one client has 500 open sockets', async () => {
  await noSubscribers();
  const sockets = await Promise.all(Array.from({ length: 500 }, () => rawSocket()));
  await Promise.all(sockets.map(({ init }) => init()));
  for (const { say } of sockets) say(subscribe('1'));
  await eventually(() => parley.live.fanOut.size().subscribers >= 500, 'the start of 500 subscriptions', 30_000);
  const client = connect(parley.url, workspace.apiKey);
  const eventCursor = await ask(workspace, EventCursorDocument, {});
  const heard = listen(client, LiveEventsDocument, { after: eventCursor });
  await makeConversation(workspace);
  await heard.until(1);
  await eventually(
    () => sockets.every(({ frames }) => frames.some(({ type }) => type === 'next')),
    'an event for each socket',
  );
  for (const { socket } of sockets) socket.terminate();
  await client.dispose();
}, 60_000);
