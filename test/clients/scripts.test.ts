import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CloseConversationDocument } from '../generated/operations.js';
import { undoHistory } from '../live/support/history.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { messagesOf, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { issueTokens } from './support/tokens.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const isThere = (program: string) => spawnSync(program, ['--version']).status === 0;

/** Where the programs of a test find their token, and keep what they like. */
let folder: string;
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-recipe-'));
  return async () => {
    for (const stop of stops.splice(0)) await stop();
    await rm(folder, { recursive: true, force: true });
  };
});

/** Runs a program with a token in the file `token`, until the test ends. */
async function start(command: string, args: string[], url: string) {
  const child = spawn(command, args, {
    // A group of its own, so that what it has started ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PARLEY_URL: url,
      TOKEN_FILE: path.join(folder, 'token'),
      PARLEY_TOKEN: `cat ${path.join(folder, 'token')}`,
      CURSOR_FILE: path.join(folder, 'cursor'),
    },
  });
  const heard = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (heard.out += chunk));
  child.stderr.on('data', (chunk) => (heard.err += chunk));
  const closed = once(child, 'close');
  const stop = async () => {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    if (!isOver && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await closed;
  };
  stops.push(stop);
  const texts = () => [...heard.out.matchAll(/^\{.*"text":\s*"([^"]*)".*\}$/gm)].map(([, text]) => text);
  return {
    heard,
    closed,
    stop,
    texts,
    shows: (...expected: string[]) =>
      eventually(() => texts().length >= expected.length, expected.join())
        .catch(() => undefined)
        .then(() => expect([texts(), heard.err]).toEqual([expected, ''])),
  };
}

const keep = (token: string) => writeFile(path.join(folder, 'token'), token);

describe.skipIf(!isThere('curl') || !isThere('jq'))('the script for curl (where curl and jq are installed)', () => {
  const run = (url: string, ...args: string[]) => start('sh', ['docs/recipes/curl.sh', ...args], url);

  it('sends, prints what is there and what comes, and goes on after a cut, a refused token and a restart', async () => {
    const { id } = await makeConversation(workspace);
    await say(workspace, id, { text: 'First' });
    const tokens = await issueTokens(workspace);
    const token = await tokens.issue();
    await keep(token);
    const wire = await useWire(parley);
    const first = await run(wire.url, id, 'Sent by curl');
    await first.shows('First', 'Sent by curl');
    await say(workspace, id, { text: 'Live' });
    await first.shows('First', 'Sent by curl', 'Live');
    wire.cut();
    await say(workspace, id, { text: 'Missed' });
    await first.shows('First', 'Sent by curl', 'Live', 'Missed');
    await keep(await tokens.issue());
    await tokens.revoke(token);
    await say(workspace, id, { text: 'With another token' });
    await first.shows('First', 'Sent by curl', 'Live', 'Missed', 'With another token');
    await first.stop();
    await say(workspace, id, { text: 'While away' });
    const second = await run(wire.url, id);
    await eventually(() => second.texts().includes('While away'), 'what was written meanwhile');
    expect(second.texts()).not.toContain('Missed');
  });

  it('reads again when its cursor has expired', async () => {
    const { id } = await makeConversation(workspace);
    await keep(workspace.apiKey);
    await writeFile(
      path.join(folder, 'cursor'),
      `${(await workspace.post<{ eventCursor: string }>('{ eventCursor }')).body.data?.eventCursor}\n`,
    );
    await undoHistory(parley, workspace);
    await say(workspace, id, { text: 'First' });
    await (await run(parley.url, id)).shows('First');
  });

  it('says why a message was not taken', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    await keep(workspace.apiKey);
    const { heard } = await run(parley.url, id, 'Too late');
    await eventually(() => heard.err !== '', 'the reason');
    expect(heard.err).toMatch(/^INVALID_TRANSITION: /);
    expect((await messagesOf(workspace, id)).edges).toEqual([]);
  });
});

describe.skipIf(!isThere('python3'))('the client for Python (where python3 is installed)', () => {
  /** An app that uses the recipe. */
  const APP = `
import json, os, sys
sys.path.insert(0, "docs/recipes")
from parley import Parley, Refused, read_messages, send, FOLLOW

def token(refused):
    with open(os.environ["TOKEN_FILE"]) as file:
        return file.read()

parley = Parley(os.environ["PARLEY_URL"], token)
conversation = sys.argv[1]

def show(message):
    print(json.dumps(message), flush=True)

def reload():
    messages, cursor = read_messages(parley, conversation)
    for message in messages:
        show(message)
    return cursor

try:
    send(parley, conversation, sys.argv[2], "once")
    send(parley, conversation, sys.argv[2], "once")
except Refused as refused:
    print(refused.type, refused.code, refused.issues, flush=True)
    sys.exit(0)
for data in parley.follow(FOLLOW, reload, id=conversation):
    show(data["events"]["message"])
`;
  const run = (url: string, ...args: string[]) => start('python3', ['-B', '-c', APP, ...args], url);

  it('sends once, reads all pages, and follows over a cut, another token and an expired cursor', async () => {
    const { id } = await makeConversation(workspace);
    const numbers = Array.from({ length: 21 }, (_, index) => `${index + 1}`);
    for (const text of numbers) await say(workspace, id, { text });
    const tokens = await issueTokens(workspace);
    const token = await tokens.issue();
    await keep(token);
    const wire = await useWire(parley);
    const { shows, texts } = await run(wire.url, id, 'Sent');
    await shows(...numbers, 'Sent');
    wire.cut();
    await say(workspace, id, { text: 'Missed' });
    await shows(...numbers, 'Sent', 'Missed');
    await keep(await tokens.issue());
    await tokens.revoke(token);
    await say(workspace, id, { text: 'With another token' });
    await shows(...numbers, 'Sent', 'Missed', 'With another token');
    await undoHistory(parley, workspace);
    wire.cut();
    await say(workspace, id, { text: 'Last' });
    await eventually(() => texts().at(-1) === 'Last', 'all of it again');
    expect(texts().filter((text) => text === '1')).toHaveLength(2);
  });

  it('raises what a mutation is refused with, and ends when no token is taken', async () => {
    const { id } = await makeConversation(workspace);
    await keep(workspace.apiKey);
    const refused = await run(parley.url, id, '');
    await refused.closed;
    expect(refused.heard.out).toMatch(/^ValidationError VALIDATION_FAILED .*'text'/);
    await keep('no.such.token');
    const ended = await run(parley.url, id, 'Nobody');
    await ended.closed;
    expect(ended.heard.err).toContain('RequestError');
  });
});
