import { print } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { hashApiKey } from '../../src/auth/api-key.js';
import {
  DeleteConversationDocument,
  EventCursorDocument,
  LiveEventsDocument,
  type LiveEventsSubscription,
  type LiveEventsSubscriptionVariables,
  LiveTypingDocument,
  SendMessageDocument,
  SetTypingDocument,
  type SetTypingInput,
} from '../generated/operations.js';
import { act, ask, succeed } from '../support/act.js';
import { useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { connect, eventually, listen } from './support/listen.js';

const parley = useParley({ quietMs: 200 });

const cursorOf = (client: TestWorkspace) => ask(client, EventCursorDocument, {});

/** Subscribes over Server-Sent Events, and collects what comes. */
function listenBySse({ apiKey }: TestWorkspace, variables: LiveEventsSubscriptionVariables) {
  const client = createSseClient({ url: parley.url, headers: { Authorization: `Bearer ${apiKey}` }, retryAttempts: 0 });
  const results: { data?: LiveEventsSubscription | null; errors?: unknown; extensions?: unknown }[] = [];
  const ended = new Promise<unknown>((resolve) => {
    client.subscribe<LiveEventsSubscription>(
      { query: print(LiveEventsDocument), variables },
      { next: (result) => results.push(result), error: resolve, complete: () => resolve(null) },
    );
  });
  return { results, ended, stop: () => client.dispose() };
}

describe('subscriptions over Server-Sent Events', () => {
  it('carry missed events, new ones, and a cursor while it is quiet', async () => {
    const workspace = await parley.newWorkspace();
    const after = await cursorOf(workspace);
    await makeConversation(workspace, { subject: 'Missed' });
    const heard = listenBySse(workspace, { after });
    await eventually(() => heard.results.length >= 1, 'the missed event');
    await makeConversation(workspace, { subject: 'Live' });
    const events = () => heard.results.filter(({ data }) => data);
    await eventually(() => events().length === 2, 'the live event');
    await eventually(() => heard.results.some(({ data }) => data === null), 'a cursor');
    const quiet = heard.results.find(({ data }) => data === null);
    expect(quiet).toEqual({ data: null, extensions: { cursor: expect.any(String) } });
    heard.stop();
  });

  it('end with UNAUTHENTICATED within 5 seconds after their key is revoked, whatever keys other workspaces have', async () => {
    const workspace = await parley.newWorkspace();
    await makeNamesake(workspace);
    const heard = listenBySse(workspace, {});
    await eventually(() => heard.results.length > 0, 'the subscription');
    await revoke(workspace);
    await eventually(
      () => JSON.stringify(heard.results.at(-1)?.errors ?? '').includes('UNAUTHENTICATED'),
      'the end',
      5_000,
    );
    heard.stop();
  }, 15_000);
});

/** Makes a valid key with the id that the client's key has, in another workspace, as an import of a copy does. */
async function makeNamesake({ apiKey }: TestWorkspace): Promise<void> {
  const { prisma } = parley.database;
  const { id, name, scopes } = await prisma.apiKey.findFirstOrThrow({ where: { hash: hashApiKey(apiKey) } });
  const workspaceId = uuidOf((await parley.newWorkspace()).id);
  const createdAt = new Date();
  await prisma.actor.create({ data: { workspaceId, id, type: 'API_KEY' } });
  await prisma.apiKey.create({ data: { workspaceId, id, name, scopes, createdAt, hash: hashApiKey(`${apiKey}2`) } });
}

async function revoke({ apiKey }: TestWorkspace) {
  await parley.database.prisma.$executeRaw`UPDATE "ApiKey" SET "revokedAt" = now() WHERE hash = ${hashApiKey(apiKey)}`;
}

const KEY_REFUSED =
  'The API key was revoked or has expired, or its bot or maker may no longer use it: use another one.';

describe('a socket', () => {
  it('is closed with 4403 within 5 seconds after its key is revoked, while others stay open', async () => {
    const workspace = await parley.newWorkspace();
    const other = await parley.newWorkspace();
    const closes: unknown[] = [];
    const client = connect(parley.url, workspace.apiKey);
    client.on('closed', (event) => closes.push(event));
    const connected = new Promise((resolve) => client.on('connected', resolve));
    const stays = connect(parley.url, other.apiKey);
    listen(client, LiveEventsDocument, {});
    const heard = listen(stays, LiveEventsDocument, { after: await cursorOf(other) });
    // A key that is revoked before is refused for another reason.
    await connected;
    await revoke(workspace);
    await eventually(() => closes.length > 0, 'the close', 5_000);
    expect(closes[0]).toMatchObject({ code: 4403, reason: KEY_REFUSED });
    await makeConversation(other);
    await heard.until(1);
    await stays.dispose();
  }, 15_000);

  it('is closed with 4403 within 5 seconds after its key expires', async () => {
    const workspace = await parley.newWorkspace();
    const closes: unknown[] = [];
    const client = connect(parley.url, workspace.apiKey);
    client.on('closed', (event) => closes.push(event));
    const connected = new Promise((resolve) => client.on('connected', resolve));
    listen(client, LiveEventsDocument, {});
    await connected;
    await parley.database.prisma.$executeRaw`
      UPDATE "ApiKey" SET "expiresAt" = now() WHERE hash = ${hashApiKey(workspace.apiKey)}`;
    await eventually(() => closes.length > 0, 'the close', 5_000);
    expect(closes[0]).toMatchObject({ code: 4403, reason: KEY_REFUSED });
  }, 15_000);

  it('gets a cursor in a ping while it is quiet, from which nothing is missed', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const socket = new WebSocket(parley.url.replace(/^http/, 'ws'), 'graphql-transport-ws');
    const cursors: string[] = [];
    let subscribed = false;
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type === 'connection_ack') {
        const payload = { query: 'subscription { events(types: ["conversation.deleted"]) { id } }' };
        socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload }));
        subscribed = true;
      }
      if (frame.type === 'ping' && typeof frame.payload?.cursor === 'string') cursors.push(frame.payload.cursor);
    });
    socket.once('open', () =>
      socket.send(
        JSON.stringify({ type: 'connection_init', payload: { Authorization: `Bearer ${workspace.apiKey}` } }),
      ),
    );
    await eventually(() => subscribed && cursors.length > 0, 'a cursor');
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'passed over' });
    const now = await cursorOf(workspace);
    await eventually(() => cursors.at(-1) === now, 'the cursor of what was passed over');
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    const heard = listen(connect(parley.url, workspace.apiKey), LiveEventsDocument, { after: now });
    expect((await heard.until(1))[0]?.data?.events.type).toBe('conversation.deleted');
    socket.terminate();
  });
});

describe('a typing indicator', () => {
  it('reaches subscribers of the conversation and is never stored', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeContactConversation(workspace);
    const user = await makeUser(workspace, 'Tess Typist');
    const client = connect(parley.url, workspace.apiKey);
    const heard = listen(client, LiveTypingDocument, { conversationId: id });
    const elsewhere = listen(client, LiveTypingDocument, {
      conversationId: (await makeConversation(workspace)).id,
    });
    const before = await cursorOf(workspace);
    const type = (typing: boolean) =>
      workspace.run(SetTypingDocument, { input: { conversationId: id, actorId: user.id, typing } });
    await eventually(async () => {
      await type(true);
      return heard.results.length > 0;
    }, 'a signal');
    await type(false);
    await eventually(() => heard.results.at(-1)?.data?.typing.typing === false, 'the end');
    expect(heard.results[0]?.data?.typing).toMatchObject({ typing: true, actor: { id: user.id, name: 'Tess Typist' } });
    expect(elsewhere.results).toEqual([]);
    expect(await cursorOf(workspace)).toBe(before);
    await client.dispose();
  });

  it('ends by itself 10 seconds after the last update', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeContactConversation(workspace);
    const user = await makeUser(workspace);
    const client = connect(parley.url, workspace.apiKey);
    const heard = [{ conversationId: id }, {}].map((where) => listen(client, LiveTypingDocument, where));
    await eventually(async () => {
      await succeed(workspace, SetTypingDocument, { conversationId: id, actorId: user.id });
      return heard.every(({ results }) => results.length > 0);
    }, 'a signal');
    for (const { results } of heard) {
      await eventually(() => results.at(-1)?.data?.typing.typing === false, 'the end', 12_000);
    }
    await client.dispose();
  }, 20_000);

  it('is refused for a foreign conversation, a foreign actor and a key without an actor', async () => {
    const workspace = await parley.newWorkspace();
    const stranger = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const set = async (input: SetTypingInput) => (await act(workspace, SetTypingDocument, input)).__typename;
    expect(await set({ conversationId: (await makeConversation(stranger)).id })).toBe('ValidationError');
    const user = await makeUser(workspace);
    expect(await set({ conversationId: (await makeConversation(stranger)).id, actorId: user.id })).toBe(
      'NotFoundError',
    );
    expect(await set({ conversationId: id, actorId: (await makeUser(stranger)).id })).toBe('NotFoundError');
    expect(await set({ conversationId: id })).toBe('ValidationError');
  });
});
