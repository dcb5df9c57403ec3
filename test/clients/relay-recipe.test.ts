import type { Environment } from 'relay-runtime';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createRelayEnvironment } from '../../docs/recipes/relay/environment.js';
import { follow, loadOlder, send, THREAD, watch } from '../../docs/recipes/relay/thread.js';
import { keepToken, type Token } from '../../docs/recipes/tokens.js';
import { CloseConversationDocument } from '../generated/operations.js';
import { undoHistory } from '../live/support/history.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { issueTokens } from './support/tokens.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const complaints: unknown[][] = [];
beforeEach(() => {
  complaints.length = 0;
  for (const method of ['error', 'warn'] as const) {
    vi.spyOn(console, method).mockImplementation((...words: unknown[]) => void complaints.push(words));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
});

const open = (url = parley.url, token: Token = async () => workspace.apiKey) =>
  createRelayEnvironment({ url, token, read: THREAD, webSocketImpl: WebSocket });

/** A conversation as a screen shows it. */
async function openThread(environment: Environment, id: string) {
  const shown: string[][] = [];
  const failures: unknown[] = [];
  let older = '';
  const cursor = await watch(environment, id, ({ messages: { edges, pageInfo } }) => {
    older = pageInfo.startCursor ?? '';
    shown.push(edges.map(({ node: { text, seq } }) => `${text}${seq === 0 ? ' …' : ''}`));
  });
  const following = follow(environment, id, cursor, (reason) => failures.push(reason));
  onTestFinished(() => following.dispose());
  const shows = (...expected: string[]) =>
    eventually(() => JSON.stringify(shown.at(-1)) === JSON.stringify(expected), expected.join()).catch(() =>
      expect(shown.at(-1)).toEqual(expected),
    );
  return { shown, shows, failures, older: () => older };
}

it('Relay shows a conversation by pages, with what comes, is sent and was missed, each once', async () => {
  const { id } = await makeConversation(workspace);
  for (let count = 1; count <= 22; count += 1) await say(workspace, id, { text: `${count}` });
  const numbers = (from: number) => Array.from({ length: 23 - from }, (_, index) => `${from + index}`);
  const wire = await useWire(parley);
  const environment = open(wire.url);
  const { shown, shows, failures, older } = await openThread(environment, id);
  await shows(...numbers(3));
  await loadOlder(environment, id, older());
  await shows(...numbers(1));
  expect(await send(environment, id, 'Sent')).toBeNull();
  expect(shown.flat()).toContain('Sent …');
  await shows(...numbers(1), 'Sent');
  wire.cut();
  await say(workspace, id, { text: 'Missed' });
  await shows(...numbers(1), 'Sent', 'Missed');
  await undoHistory(parley, workspace);
  wire.cut();
  await say(workspace, id, { text: 'Last' });
  await eventually(() => shown.at(-1)?.at(-1) === 'Last', 'the newest page');
  expect([failures, complaints]).toEqual([[], []]);
}, 30_000);

it('Relay says why a message was not taken, and shows it no longer', async () => {
  const { id } = await makeConversation(workspace);
  await succeed(workspace, CloseConversationDocument, { conversationId: id });
  const environment = open();
  const { shown, shows } = await openThread(environment, id);
  expect(await send(environment, id, 'Too late')).toMatchObject({ __typename: 'InvalidTransitionError' });
  expect(shown.flat()).toContain('Too late …');
  await shows();
  expect(await send(environment, id, '')).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ path: ['text'] }] });
  expect(complaints).toEqual([]);
});

it('Relay goes on with another token when one is revoked', async () => {
  const { id } = await makeConversation(workspace);
  const tokens = await issueTokens(workspace);
  const environment = open(parley.url, keepToken(tokens.issue));
  const { shows } = await openThread(environment, id);
  await send(environment, id, 'First');
  await shows('First');
  await tokens.revoke();
  expect(await send(environment, id, 'Second')).toBeNull();
  await say(workspace, id, { text: 'Third' });
  await shows('First', 'Second', 'Third');
  expect(complaints).toEqual([]);
});
