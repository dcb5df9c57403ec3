import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { print } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Row, watchInbox } from '../../docs/recipes/inbox.js';
import { subscribeAndResume } from '../../docs/recipes/resuming-client.js';
import { resuming } from '../../docs/recipes/resuming-socket.js';
import { hashApiKey } from '../../src/auth/api-key.js';
import { decodeId } from '../../src/lib/ids.js';
import { read } from '../conformance/support/markdown.js';
import {
  CloseConversationDocument,
  DeleteConversationDocument,
  EventCursorDocument,
  type EventDetailsFragment,
  EventsDocument,
  LiveEventsDocument,
  type LiveEventsSubscription,
  type LiveEventsSubscriptionVariables,
  SendMessageDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { makeConversation } from '../support/make.js';
import { startParley, type TestServer, type TestWorkspace } from '../support/parley.js';
import { connect, eventually, listen } from './support/listen.js';
import { layWire, type Wire } from './support/wire.js';

const PAGE = 'docs/realtime.md';

let parley: TestServer;
beforeAll(async () => {
  parley = await startParley({ quietMs: 200 });
});
afterAll(() => parley.stop());

const leftovers: (() => unknown)[] = [];
afterEach(async () => {
  for (const leave of leftovers.splice(0).reverse()) await leave();
});

async function wireToServer(): Promise<Wire> {
  const wire = await layWire(parley.url);
  leftovers.push(wire.close);
  return wire;
}

const cursorOf = (client: TestWorkspace) => ask(client, EventCursorDocument, {});

/** The recipe as the page has it, through a wire that can be cut. */
function follow(workspace: TestWorkspace, wire: Wire, variables: LiveEventsSubscriptionVariables = {}) {
  const events: EventDetailsFragment[] = [];
  const breaks: unknown[] = [];
  const ends: unknown[] = [];
  const readAgain: string[] = [];
  const stop = subscribeAndResume<LiveEventsSubscription, unknown>(
    {
      url: wire.url.replace(/^http/, 'ws'),
      connectionParams: () => ({ Authorization: `Bearer ${workspace.apiKey}` }),
      reload: async () => {
        const cursor = await cursorOf(workspace);
        readAgain.push(cursor);
        return cursor;
      },
      onReconnect: (reason) => breaks.push(reason),
      webSocketImpl: WebSocket,
      pingMs: 300,
    },
    { query: print(LiveEventsDocument), variables },
    {
      next: ({ data }) => data && events.push(data.events),
      error: (reason) => ends.push(reason),
      complete: () => ends.push('complete'),
    },
  );
  leftovers.push(stop);
  return { events, breaks, ends, readAgain, stop };
}

const logOf = async (client: TestWorkspace, after: string) =>
  (await ask(client, EventsDocument, { after, first: 100 })).nodes.map(({ id }) => id);

/** Makes another history, as the restore of a backup does. */
async function undoHistory({ id }: TestWorkspace) {
  const workspaceId = decodeId('Workspace', id);
  await parley.database.prisma.$executeRaw`
    UPDATE "Event" SET id = gen_random_uuid() WHERE "workspaceId" = ${workspaceId}::uuid`;
  await parley.database.prisma.$executeRaw`
    UPDATE "EventHead" h SET "eventId" = e.id FROM "Event" e
    WHERE h."workspaceId" = ${workspaceId}::uuid AND e."workspaceId" = h."workspaceId" AND e.position = h.position`;
}

describe('the page on live events', () => {
  it('shows the code of the recipes, to the letter', () => {
    const blocks = [...read(PAGE).matchAll(/^```ts recipe=(\S+)\n(.*?)^```$/gms)];
    expect(blocks.map(([, file]) => file)).toEqual([
      'docs/recipes/resuming-client.ts',
      'docs/recipes/inbox.ts',
      'docs/recipes/resuming-socket.ts',
    ]);
    for (const [, file = '', code] of blocks) expect(code, file).toBe(read(file));
  });
});

describe('the resuming client', () => {
  it('applies each event once and in order, however often its socket is cut', async () => {
    const workspace = await parley.newWorkspace();
    const wire = await wireToServer();
    const followed = follow(workspace, wire);
    await eventually(() => wire.received().includes('connection_ack'), 'the handshake');
    const [from = ''] = followed.readAgain;
    const { id } = await makeConversation(workspace);
    for (let count = 1; count <= 24; count += 1) {
      await succeed(workspace, SendMessageDocument, { conversationId: id, text: `${count}` });
      if (count % 4 !== 0) continue;
      // While it catches up, and while it is live.
      await eventually(() => wire.connections() > followed.breaks.length, 'the next connection');
      if (count % 8 === 0) await eventually(() => followed.events.length > count, 'what was missed');
      const before = followed.breaks.length;
      wire.cut();
      await eventually(() => followed.breaks.length > before, 'the break');
    }
    await eventually(() => followed.events.length >= 25, 'all events');
    await makeConversation(workspace);
    await eventually(() => followed.events.length >= 26, 'an event after the last break');
    expect(followed.events.map((event) => event.id)).toEqual(await logOf(workspace, from));
    expect(followed.readAgain).toEqual([from]);
    expect(followed.breaks.length).toBeGreaterThanOrEqual(6);
  });

  it('reads anew where its cursor has expired, and goes on from there', async () => {
    const workspace = await parley.newWorkspace();
    await makeConversation(workspace);
    const wire = await wireToServer();
    const followed = follow(workspace, wire, { after: await cursorOf(workspace) });
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 1, 'an event');
    await undoHistory(workspace);
    wire.cut();
    await eventually(() => followed.readAgain.length === 1, 'the reading');
    expect(followed.breaks).toContainEqual([expect.objectContaining({ extensions: { code: 'CURSOR_EXPIRED' } })]);
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 2, 'an event of the new history');
    expect(followed.readAgain.length).toBe(1);
  });

  it('reads anew where an event cannot be read, and goes on behind it', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const after = await cursorOf(workspace);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'unreadable' });
    await parley.database.prisma.$executeRaw`
      UPDATE "Event" SET payload = '{}' WHERE "conversationId" = ${decodeId('Conversation', id)}::uuid
        AND type = 'message.added'`;
    const followed = follow(workspace, await wireToServer(), {
      after,
      types: ['message.added', 'conversation.closed'],
    });
    await eventually(() => followed.readAgain.length === 1, 'the reading');
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    await eventually(() => followed.events.length === 1, 'the next event');
    expect(followed.events.map(({ type }) => type)).toEqual(['conversation.closed']);
    expect(followed.readAgain.length).toBe(1);
  });

  it('goes on behind the cursor of a ping where nothing that it wants has happened', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const wire = await wireToServer();
    const followed = follow(workspace, wire, { after: await cursorOf(workspace), types: ['conversation.deleted'] });
    await eventually(() => wire.received().includes('"cursor"'), 'a first ping');
    await undoHistory(workspace);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'passed over' });
    const passed = await cursorOf(workspace);
    await eventually(() => wire.received().includes(passed), 'a ping');
    wire.cut();
    await eventually(() => followed.breaks.length > 0, 'the break');
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    await eventually(() => followed.events.length === 1, 'the event');
    expect(followed.readAgain).toEqual([]);
  });

  it('leaves a connection that has died without a word', async () => {
    const workspace = await parley.newWorkspace();
    const wire = await wireToServer();
    const followed = follow(workspace, wire, { after: await cursorOf(workspace) });
    await eventually(() => wire.received().includes('connection_ack'), 'the handshake');
    wire.freeze();
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 1, 'the event, over another connection');
    expect(followed.breaks).toEqual([expect.objectContaining({ code: 4499 })]);
  });

  it('goes on at another process where its own one stops', async () => {
    const stopping = await startParley();
    const workspace = await parley.newWorkspace();
    const wire = await layWire(stopping.url);
    leftovers.push(wire.close);
    const after = await cursorOf(workspace);
    const followed = follow(workspace, wire, { after });
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 1, 'an event');
    wire.leadTo(parley.url);
    await stopping.stop();
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 2, 'an event from the other process');
    expect(followed.breaks).toEqual([expect.objectContaining({ code: 1001 })]);
    expect(followed.events.map(({ id }) => id)).toEqual(await logOf(workspace, after));
  });

  it('waits for a server that is away, until it is told to stop', async () => {
    const workspace = await parley.newWorkspace();
    const wire = await wireToServer();
    const after = await cursorOf(workspace);
    await wire.close();
    const followed = follow(workspace, wire, { after });
    await eventually(() => followed.breaks.length >= 2, 'two attempts');
    expect(followed.ends).toEqual([]);
    followed.stop();
    await eventually(() => followed.ends.length > 0, 'the end');
    expect(followed.ends).toEqual(['complete']);
  });

  it('ends where trying again does not help: a revoked key, a wrong argument', async () => {
    const workspace = await parley.newWorkspace();
    const wire = await wireToServer();
    const wrong = follow(workspace, wire, { types: ['message.eaten'] });
    await eventually(() => wrong.ends.length > 0, 'the refusal');
    expect(JSON.stringify(wrong.ends)).toContain('BAD_USER_INPUT');
    const { events, ends } = follow(workspace, wire);
    await eventually(async () => {
      await makeConversation(workspace);
      return events.length > 0;
    }, 'an event');
    await parley.database.prisma.$executeRaw`
      UPDATE "ApiKey" SET "revokedAt" = now() WHERE hash = ${hashApiKey(workspace.apiKey)}`;
    await eventually(() => ends.length > 0, 'the close', 5_000);
    expect(ends).toEqual([expect.objectContaining({ code: 4403 })]);
  });
});

it('the inbox shows what is there and what becomes of it, also after a break and an expired cursor', async () => {
  const workspace = await parley.newWorkspace();
  const stays = await makeConversation(workspace, { subject: 'Stays' });
  const goes = await makeConversation(workspace, { subject: 'Goes' });
  const wire = await wireToServer();
  let shown: Row[] = [];
  let breaks = 0;
  const stop = watchInbox({
    url: wire.url,
    apiKey: workspace.apiKey,
    webSocketImpl: WebSocket,
    show: (rows) => {
      shown = rows;
    },
    fail: (reason) => {
      throw reason;
    },
    onReconnect: () => {
      breaks += 1;
    },
  });
  leftovers.push(stop);
  const subjects = () => shown.map(({ subject, status }) => `${subject} ${status}`).toSorted();
  await eventually(() => shown.length === 2, 'what is there');
  await succeed(workspace, CloseConversationDocument, { conversationId: stays.id });
  await eventually(() => subjects().includes('Stays CLOSED'), 'the closing');
  wire.cut();
  await succeed(workspace, DeleteConversationDocument, { conversationId: goes.id });
  await eventually(() => shown.length === 1, 'the deletion');
  await undoHistory(workspace);
  wire.cut();
  await makeConversation(workspace, { subject: 'Comes' });
  await eventually(() => shown.length === 2, 'the new one');
  expect(subjects()).toEqual(['Comes OPEN', 'Stays CLOSED']);
  expect(breaks).toBeGreaterThanOrEqual(2);
});

it('a client for a GraphQL library resumes what has `after`, and runs all else as ever', async () => {
  const workspace = await parley.newWorkspace('Of a library');
  const wire = await wireToServer();
  const plain = connect(wire.url, workspace.apiKey);
  leftovers.push(() => plain.dispose());
  const client = resuming(plain, {
    url: wire.url.replace(/^http/, 'ws'),
    connectionParams: () => ({ Authorization: `Bearer ${workspace.apiKey}` }),
    reload: () => cursorOf(workspace),
    webSocketImpl: WebSocket,
  });
  const viewer = listen(client, ViewerDocument, {});
  expect((await viewer.until(1))[0]?.data?.viewer.workspace.name).toBe('Of a library');
  const followed = listen(client, LiveEventsDocument, { after: await cursorOf(workspace) });
  leftovers.push(followed.stop);
  await makeConversation(workspace);
  await followed.until(1);
  wire.cut();
  await makeConversation(workspace);
  await followed.until(2);
  await makeConversation(workspace);
  await followed.until(3);
  expect(new Set(followed.results.map(({ data }) => data?.events.id)).size).toBe(3);
});

const curlIsThere = spawnSync('curl', ['--version']).status === 0;

/** The page's command as it stands, run by a shell; without curl the request that it names, by fetch. */
async function runSse(command: string, environment: Record<string, string>, hear: (text: string) => void) {
  if (curlIsThere) {
    const shell = spawn('sh', ['-c', `exec ${command}`], { env: { ...process.env, ...environment } });
    shell.stdout.on('data', (chunk) => hear(String(chunk)));
    return async () => {
      const closed = once(shell, 'close');
      shell.kill();
      await closed;
    };
  }
  const filled = command.replaceAll(/\$(\w+)/g, (whole, name) => environment[name] ?? whole);
  const headers = [...filled.matchAll(/--header "([\w-]+): ([^"]+)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const [, body = ''] = /--data '(.*)'$/s.exec(filled) ?? [];
  const ending = new AbortController();
  const response = await fetch(environment.PARLEY_URL ?? '', {
    method: 'POST',
    headers: Object.fromEntries(headers),
    body: body.replaceAll(`'"`, ''),
    signal: ending.signal,
  });
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) hear(decoder.decode(chunk, { stream: true }));
  })().catch(() => {});
  return async () => {
    ending.abort();
    await reading;
  };
}

it('the page’s curl command prints what was missed, what comes, and a cursor where it is quiet', async () => {
  const [, command = ''] = /^```sh\n(curl .*?)\n```$/ms.exec(read(PAGE)) ?? [];
  expect(command).toContain('text/event-stream');
  const workspace = await parley.newWorkspace();
  const AFTER = await cursorOf(workspace);
  const missed = await makeConversation(workspace);
  let heard = '';
  const environment = { PARLEY_URL: parley.url, PARLEY_KEY: workspace.apiKey, AFTER };
  leftovers.push(
    await runSse(command, environment, (text) => {
      heard += text;
    }),
  );
  await eventually(() => heard.includes(missed.id), 'what was missed');
  const live = await makeConversation(workspace);
  await eventually(() => heard.includes(live.id), 'what came');
  await eventually(() => /^data: \{"data":null,"extensions":\{"cursor":"[^"]+"\}\}$/m.test(heard), 'a cursor');
  expect(heard.match(new RegExp(missed.id, 'g'))).toHaveLength(1);
});
