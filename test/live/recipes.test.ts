import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type Row, watchInbox } from '../../docs/recipes/inbox.js';
import { createResumingSocket } from '../../docs/recipes/resuming-socket.js';
import { createSocket } from '../../docs/recipes/socket.js';
import { followList, type ListedRow } from '../../docs/recipes/synced-list.js';
import { keepToken } from '../../docs/recipes/tokens.js';
import { issueTokens } from '../clients/support/tokens.js';
import { read } from '../conformance/support/markdown.js';
import {
  CloseConversationDocument,
  DeleteConversationDocument,
  EventCursorDocument,
  LiveConversationCountsDocument,
  LiveEventsDocument,
  UpdateUserDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useParley } from '../support/fixtures.js';
import { makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { signInAs } from '../support/token.js';
import { undoHistory } from './support/history.js';
import { eventually, listen } from './support/listen.js';
import { useWire } from './support/wire.js';

const PAGE = 'docs/realtime.md';

const parley = useParley({ quietMs: 200 });

const cursorOf = (client: TestWorkspace) => ask(client, EventCursorDocument, {});

it('the inbox recipe stays current, even after a dropped connection and an expired cursor', async () => {
  const workspace = await parley.newWorkspace();
  const stays = await makeConversation(workspace, { subject: 'Stays' });
  const goes = await makeConversation(workspace, { subject: 'Goes' });
  const wire = await useWire(parley);
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
  onTestFinished(stop);
  const subjects = () => shown.map(({ subject, status }) => `${subject} ${status}`).toSorted();
  await eventually(() => shown.length === 2, 'what is there');
  await succeed(workspace, CloseConversationDocument, { conversationId: stays.id });
  await eventually(() => subjects().includes('Stays CLOSED'), 'the closing');
  wire.cut();
  await succeed(workspace, DeleteConversationDocument, { conversationId: goes.id });
  await eventually(() => shown.length === 1, 'the deletion');
  await undoHistory(parley, workspace);
  wire.cut();
  await makeConversation(workspace, { subject: 'Comes' });
  await eventually(() => shown.length === 2, 'the new one');
  expect(subjects()).toEqual(['Comes OPEN', 'Stays CLOSED']);
  expect(breaks).toBeGreaterThanOrEqual(2);
});

it('the list of the sync protocol is what the query answers, over cuts, a change of role and an expired cursor', async () => {
  const workspace = await parley.newWorkspace();
  const admin = await signInAs(parley, workspace, 'ADMIN');
  const { id: ownerId } = await makeUser(workspace);
  const goes = await makeConversation(workspace, { subject: 'Goes' });
  await makeConversation(workspace, { subject: 'Of another', ownerId });
  const wire = await useWire(parley);
  let shown: ListedRow[] = [];
  const stop = followList({
    url: wire.url,
    token: () => admin.apiKey,
    filter: { status: ['OPEN'] },
    webSocketImpl: WebSocket,
    show: (rows) => {
      shown = rows;
    },
    fail: (reason) => {
      throw reason;
    },
  });
  onTestFinished(stop);
  const subjects = () => shown.map(({ subject }) => subject).toSorted();
  const shows = (...expected: string[]) =>
    eventually(() => JSON.stringify(subjects()) === JSON.stringify(expected), expected.join());
  await shows('Goes', 'Of another');
  await makeConversation(workspace, { subject: 'Comes' });
  await shows('Comes', 'Goes', 'Of another');
  wire.cut();
  await succeed(workspace, CloseConversationDocument, { conversationId: goes.id });
  await shows('Comes', 'Of another');
  await succeed(workspace, UpdateUserDocument, { userId: admin.actorId, role: 'AGENT' });
  await shows('Comes');
  await undoHistory(parley, workspace);
  wire.cut();
  await makeConversation(workspace, { subject: 'Last' });
  await shows('Comes', 'Last');
});

it('the recipe for GraphQL libraries resumes operations with `after` and passes others through', async () => {
  const workspace = await parley.newWorkspace('Of a library');
  const wire = await useWire(parley);
  const loaded: unknown[] = [];
  const client = createResumingSocket({
    url: wire.url,
    token: async () => workspace.apiKey,
    reload: async (variables) => {
      const cursor = await cursorOf(workspace);
      loaded.push(variables);
      return cursor;
    },
    webSocketImpl: WebSocket,
  });
  onTestFinished(() => client.dispose());
  const viewer = listen(client, ViewerDocument, {});
  expect((await viewer.until(1))[0]?.data?.viewer.workspace.name).toBe('Of a library');
  const followed = listen(client, LiveEventsDocument, { after: null, types: ['conversation.created'] });
  onTestFinished(followed.stop);
  await eventually(() => loaded.length === 1, 'the first load');
  expect(loaded).toEqual([{ types: ['conversation.created'] }]);
  await makeConversation(workspace);
  await followed.until(1);
  wire.cut();
  await makeConversation(workspace);
  await followed.until(2);
  await makeConversation(workspace);
  await followed.until(3);
  expect(new Set(followed.results.map(({ data }) => data?.events.id)).size).toBe(3);
  expect(loaded).toHaveLength(1);
});

it('the recipe for sockets asks for another token when one is refused, also without a subscription that resumes', async () => {
  const workspace = await parley.newWorkspace();
  const tokens = await issueTokens(workspace);
  const client = createSocket({ url: parley.url, token: keepToken(tokens.issue), webSocketImpl: WebSocket });
  onTestFinished(() => client.dispose());
  const counts = listen(client, LiveConversationCountsDocument, {});
  onTestFinished(counts.stop);
  await counts.until(1);
  await tokens.revoke();
  await eventually(() => tokens.issued() === 2, 'another token');
  await makeConversation(workspace);
  await eventually(() => counts.results.at(-1)?.data?.conversationCounts.open === 1, 'the new number');
});

const curlIsThere = spawnSync('curl', ['--version']).status === 0;

/** Runs the page's command in a shell, or, without curl, sends the same request by fetch. */
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

it('the curl command of docs/realtime.md prints missed events, new ones, and a cursor while it is quiet', async () => {
  const [, command = ''] = /^```sh\n(curl .*?)\n```$/ms.exec(read(PAGE)) ?? [];
  expect(command).toContain('text/event-stream');
  const workspace = await parley.newWorkspace();
  const AFTER = await cursorOf(workspace);
  const missed = await makeConversation(workspace);
  let heard = '';
  const environment = { PARLEY_URL: parley.url, PARLEY_KEY: workspace.apiKey, AFTER };
  onTestFinished(
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
