import { createCollection } from '@tanstack/db';
import { expect, it, onTestFinished } from 'vitest';
import {
  conversationCollectionOptions,
  messageCollectionOptions,
  writeCollectionOptions,
} from '../../client/src/tanstack.js';
import { openTranscript } from '../../docs/recipes/client-tanstack.js';
import { CloseConversationDocument, EditMessageDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { openClient } from './support/open-client.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

it('a collection has the rows of its list, live and joined with others', async () => {
  const { id } = await makeConversation(workspace, { subject: 'First', priority: 'HIGH' });
  const client = await openClient(workspace, parley);
  const conversations = createCollection(conversationCollectionOptions(client, { status: ['OPEN'] }));
  const shown = openTranscript(client, id);
  await Promise.all([conversations.preload(), shown.preload()]);
  expect(conversations.get(id)).toMatchObject({ subject: 'First', priority: 'HIGH', isPending: false });
  const { id: messageId } = await say(workspace, id, { text: 'Hello' });
  await eventually(() => shown.toArray[0]?.text === 'Hello' && shown.toArray[0].subject === 'First', 'the message');
  expect(shown.toArray).toMatchObject([{ text: 'Hello', subject: 'First', isPending: false }]);
  await succeed(workspace, EditMessageDocument, { messageId, text: 'Edited' });
  await eventually(() => shown.toArray[0]?.text === 'Edited', 'the edit');
  const other = await makeConversation(workspace, { subject: 'Second' });
  await eventually(() => conversations.size === 2, 'the second');
  await succeed(workspace, CloseConversationDocument, { conversationId: other.id });
  await eventually(() => conversations.size === 1, 'the closing');
});

it('what waits shows at once, beside what comes meanwhile', async () => {
  const { id } = await makeConversation(workspace, { subject: 'First' });
  let answer = () => {};
  const mayBeAnswered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  // Mutations wait, and all else goes on.
  const slow: typeof fetch = async (input, init) => {
    if (String(init?.body).includes('mutation')) await mayBeAnswered;
    return fetch(input, init);
  };
  const client = await openClient(workspace, parley, { fetch: slow });
  const conversations = createCollection(conversationCollectionOptions(client, { status: ['OPEN'] }));
  const messages = createCollection(messageCollectionOptions(client, id));
  const writes = createCollection(writeCollectionOptions(client));
  await Promise.all([conversations.preload(), messages.preload(), writes.preload()]);
  await say(workspace, id, { text: 'First' });
  await say(workspace, id, { text: 'Note', visibility: 'INTERNAL' });
  const sent = ['One', 'Two'].map((text) => client.sendMessage({ conversationId: id, text }));
  const { conversationId } = client.createConversation({ subject: 'Written here' });
  expect(conversations.get(conversationId)).toMatchObject({ subject: 'Written here', isPending: true });
  await say(workspace, id, { text: 'From elsewhere' });
  await eventually(() => messages.size === 5, 'what comes meanwhile');
  const inOrder = () => messages.toArray.toSorted((one, other) => one.position - other.position);
  expect(inOrder().map(({ text, isPending }) => [text, isPending])).toEqual([
    ['First', false],
    ['Note', false],
    ['From elsewhere', false],
    ['One', true],
    ['Two', true],
  ]);
  expect(writes.size).toBe(3);
  answer();
  await eventually(() => writes.size === 0 && inOrder().every(({ isPending }) => !isPending), 'the answers');
  expect(
    inOrder()
      .map(({ id: messageId, seq }) => [messageId, seq])
      .slice(3),
  ).toEqual(sent.map(({ messageId }, index) => [messageId, index + 3]));
  expect(conversations.get(conversationId)).toMatchObject({ isPending: false });
  expect(() => messages.delete(sent[0]?.messageId ?? '')).toThrow('onDelete');
});

it('a collection over a copy is ready without a connection, and one that cannot be followed says why', async () => {
  const wire = await useWire(parley);
  const client = await openClient(workspace, wire);
  const wrong = createCollection(conversationCollectionOptions(client, { search: 'word' }));
  wrong.startSyncImmediate();
  await eventually(() => wrong.status === 'error', 'the failure');
  await wire.close();
  const { conversationId } = client.createConversation({ subject: 'Offline' });
  client.sendMessage({ conversationId, text: 'Hello' });
  const messages = createCollection(messageCollectionOptions(client, conversationId));
  await messages.preload();
  expect(messages.toArray).toMatchObject([{ text: 'Hello', isPending: true, seq: null }]);
  await messages.cleanup();
  onTestFinished(() => wrong.cleanup());
});
