import { expect, it, onTestFinished, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { SendMessageDocument } from '../generated/operations.js';
import { useParley } from '../support/fixtures.js';
import { makeContactConversation } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { eventually } from './support/listen.js';
import { rawSocket } from './support/raw-socket.js';

const parley = useParley();

const TEXT = `Grüße 👋 "quoted" \u2028 ${'long '.repeat(200)}.`;
/** Results of this document have more than 64 KB, whose length a frame states in another way. */
const LONG = Array.from({ length: 100 }, (_each, index) => `alias${index}: text`).join(' ');
const follow = (selection: string) => `subscription { events { ... on MessageAdded { message { ${selection} } } } }`;

/** A socket that subscribes under an id of its choice, and the texts of the results that it gets. */
async function subscriber({ apiKey }: TestWorkspace, id: string, query: string) {
  const { socket, say, init } = await rawSocket(parley.url, apiKey);
  onTestFinished(() => socket.terminate());
  const texts = resultsOf(socket);
  await init();
  say({ type: 'subscribe', id, payload: { query } });
  return texts;
}

function resultsOf(socket: WebSocket): string[] {
  const texts: string[] = [];
  socket.on('message', (data, isBinary) => {
    const text = String(data);
    if (!isBinary && text.includes('"type":"next"')) texts.push(text);
  });
  return texts;
}

/** Subscribes over Server-Sent Events. Returns the data of its results. */
async function stream({ apiKey }: TestWorkspace, query: string): Promise<string[]> {
  const aborted = new AbortController();
  onTestFinished(() => aborted.abort());
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    accept: 'text/event-stream',
  };
  const init = { method: 'POST', headers, body: JSON.stringify({ query }), signal: aborted.signal };
  const { body } = await fetch(parley.url, init);
  const results: string[] = [];
  const decoder = new TextDecoder();
  const read = async () => {
    let text = '';
    for await (const chunk of body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('data: ')) results.push(line.slice('data: '.length));
    }
  };
  void read().catch(() => undefined);
  return results;
}

function isResult(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'data' in value && 'extensions' in value;
}

/** In the first ones, subscribers may still read the log, each on its own. */
const ROUNDS = 4;

const ids = ['1', '1', '2', '1', 'a "quoted" id', '1', '2', '1'];

it.each([
  ['short', 'text'],
  ['long', LONG],
])('a %s result is turned into JSON once for all subscribers, who get the same text', async (_size, selection) => {
  const workspace = await parley.newWorkspace();
  const { id: conversationId } = await makeContactConversation(workspace);
  const query = follow(selection);
  const sockets = await Promise.all(ids.map((id) => subscriber(workspace, id, query)));
  const streams = await Promise.all([stream(workspace, query), stream(workspace, query)]);
  const { fanOut } = parley.live;
  const everyone = sockets.length + streams.length;
  await eventually(() => fanOut.size().subscribers === everyone && fanOut.size().groups === 1, 'one group of all');
  const stringify = vi.spyOn(JSON, 'stringify');
  onTestFinished(() => stringify.mockRestore());
  const counts: number[] = [];
  for (let sent = 1; sent <= ROUNDS; sent += 1) {
    stringify.mockClear();
    await workspace.run(SendMessageDocument, { input: { conversationId, text: TEXT } });
    await eventually(() => [...sockets, ...streams].every(({ length }) => length === sent), `result ${sent}`);
    counts.push(stringify.mock.calls.filter(([value]) => isResult(value)).length);
  }

  expect(Math.min(...counts)).toBe(1);
  const [payload = ''] = streams[0]?.slice(-1) ?? [];
  expect(JSON.parse(payload).data.events.message).toMatchObject(selection === LONG ? { alias0: TEXT } : { text: TEXT });
  for (const results of streams) expect(results.at(-1)).toBe(payload);
  for (const [index, results] of sockets.entries()) {
    expect(results.at(-1)).toBe(`{"id":${JSON.stringify(ids[index])},"type":"next","payload":${payload}}`);
  }
});
