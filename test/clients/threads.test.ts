import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { fetchTransport } from '../../docs/recipes/fetch-transport.js';
import { socketTransport } from '../../docs/recipes/socket-transport.js';
import { sseTransport } from '../../docs/recipes/sse-transport.js';
import { openThread, type Row, type Transport } from '../../docs/recipes/thread.js';
import { keepToken, type Token } from '../../docs/recipes/tokens.js';
import { CloseConversationDocument, DeleteConversationDocument } from '../generated/operations.js';
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

const transports: [string, (url: string, token: Token) => Transport][] = [
  ['fetch', fetchTransport],
  ['graphql-sse', sseTransport],
  [
    'graphql-ws',
    (url, token) => {
      const transport = socketTransport({ url, token, webSocketImpl: WebSocket });
      onTestFinished(transport.dispose);
      return transport;
    },
  ],
];

describe.each(transports)('a conversation by %s', (_name, connect) => {
  async function open(conversationId: string, token: Token) {
    const wire = await useWire(parley);
    const shown: Row[][] = [];
    const failures: unknown[] = [];
    const thread = openThread({
      ...connect(wire.url, token),
      conversationId,
      show: (rows) => shown.push(rows.map((row) => ({ ...row }))),
      fail: (reason) => failures.push(reason),
    });
    onTestFinished(thread.stop);
    const texts = () => (shown.at(-1) ?? []).map(({ text, seq }) => `${text}${seq === null ? ' …' : ''}`);
    const shows = (...expected: string[]) =>
      eventually(() => JSON.stringify(texts()) === JSON.stringify(expected), expected.join()).catch(() =>
        expect(texts()).toEqual(expected),
      );
    return { thread, wire, shown, failures, shows, texts };
  }

  it('is shown by pages, with what comes, is sent and was missed, each once', async () => {
    const { id } = await makeConversation(workspace);
    for (let count = 1; count <= 22; count += 1) await say(workspace, id, { text: `${count}` });
    const { thread, wire, shown, failures, shows, texts } = await open(
      id,
      keepToken(async () => workspace.apiKey),
    );
    const numbers = (from: number) => Array.from({ length: 23 - from }, (_, index) => `${from + index}`);
    await shows(...numbers(3));
    await thread.loadOlder();
    await shows(...numbers(1));
    expect(await thread.send('Sent')).toBeNull();
    expect(shown.flat()).toContainEqual(expect.objectContaining({ text: 'Sent', seq: null }));
    await shows(...numbers(1), 'Sent');
    wire.cut();
    await say(workspace, id, { text: 'Missed' });
    await shows(...numbers(1), 'Sent', 'Missed');
    await undoHistory(parley, workspace);
    wire.cut();
    await say(workspace, id, { text: 'Last' });
    await eventually(() => texts().at(-1) === 'Last', 'the newest page');
    expect(texts()).toHaveLength(20);
    expect(failures).toEqual([]);
  });

  it('says why a message was not taken', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const { thread, shown, shows } = await open(
      id,
      keepToken(async () => workspace.apiKey),
    );
    await eventually(() => shown.length > 0, 'the page');
    expect(await thread.send('Too late')).toMatchObject({
      __typename: 'InvalidTransitionError',
      code: 'INVALID_TRANSITION',
    });
    expect(shown.flat().some(({ text }) => text === 'Too late')).toBe(true);
    await shows();
    expect(await thread.send('')).toMatchObject({ code: 'VALIDATION_FAILED', issues: [{ path: ['text'] }] });
  });

  it('goes on with another token when one is revoked, and ends when none is taken', async () => {
    const { id } = await makeConversation(workspace);
    const tokens = await issueTokens(workspace);
    const { thread, failures, shows } = await open(id, keepToken(tokens.issue));
    await eventually(async () => (await thread.send('First')) === null, 'the first message');
    await shows('First');
    await tokens.revoke();
    expect(await thread.send('Second')).toBeNull();
    await say(workspace, id, { text: 'Third' });
    await shows('First', 'Second', 'Third');
    await eventually(() => tokens.issued() === 2, 'the second token');
    tokens.refuse();
    await tokens.revoke();
    await eventually(() => failures.length > 0, 'the end');
    expect(failures).toHaveLength(1);
  });

  it('ends when the conversation is deleted, or was before', async () => {
    const { id } = await makeConversation(workspace);
    const token = keepToken(async () => workspace.apiKey);
    const { shown, failures } = await open(id, token);
    await eventually(() => shown.length > 0, 'the page');
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    await eventually(() => failures.length > 0, 'the end');
    const late = await open(id, token);
    await eventually(() => late.failures.length > 0, 'the end of the other');
    expect([...failures, ...late.failures]).toMatchObject([{ codes: ['NOT_FOUND'] }, { codes: ['NOT_FOUND'] }]);
  });
});
