import { expect, it } from 'vitest';
import { memoryStorage } from '../../client/src/storage.js';
import {
  CloseConversationDocument,
  DeleteConversationDocument,
  DeleteMessageDocument,
  EditMessageDocument,
  UpdateContactDocument,
  UpdateConversationDocument,
  UpdateUserDocument,
} from '../generated/operations.js';
import { undoHistory } from '../live/support/history.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { messagesOf, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { openClient } from './support/open-client.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

it('a thread has every message as it is, over cuts and in the next client over the same storage', async () => {
  const { id } = await makeConversation(workspace);
  for (let count = 1; count <= 60; count += 1) await say(workspace, id, { text: `${count}` });
  const storage = memoryStorage();
  const wire = await useWire(parley);
  const client = await openClient(workspace, wire, { storage });
  const thread = client.thread(id);
  await eventually(() => thread.state() === 'LOADED', 'the newest');
  expect([thread.messages().length, thread.messages()[0]?.text, thread.hasOlder()]).toEqual([50, '11', true]);
  await Promise.all([thread.loadOlder(), thread.loadOlder()]);
  expect([thread.messages().length, thread.messages()[0]?.text, thread.hasOlder()]).toEqual([60, '1', false]);
  wire.cut();
  const [first, second] = thread.messages();
  await succeed(workspace, EditMessageDocument, { messageId: first?.id ?? '', text: 'Edited' });
  await succeed(workspace, DeleteMessageDocument, { messageId: second?.id ?? '' });
  await say(workspace, id, { text: 'Missed' });
  await eventually(() => thread.messages().at(-1)?.text === 'Missed', 'what was missed');
  await eventually(() => thread.messages()[1]?.text === null, 'the deletion');
  expect(thread.messages()[0]).toMatchObject({ text: 'Edited' });
  await client.stop();

  await say(workspace, id, { text: 'While away' });
  const next = await openClient(workspace, parley, { storage });
  const again = next.thread(id);
  expect([again.state(), again.messages().length]).toEqual(['LOADED', 61]);
  await eventually(() => again.messages().length === 62, 'what was missed');
  const texts = nodesOf(await messagesOf(workspace, id, { last: 100 })).map(({ text }) => text);
  expect(again.messages().map(({ text }) => text)).toEqual(texts);
});

it('names are those of now, and what is deleted is gone everywhere', async () => {
  const { id: assigneeId } = await makeUser(workspace, 'Ada');
  const { id, contact } = await makeContactConversation(workspace, { assigneeId });
  const client = await openClient(workspace, parley);
  const [list, thread] = [client.list({}), client.thread(id)];
  await eventually(() => list.state() === 'LIVE' && thread.state() === 'LOADED', 'the copy');
  await succeed(workspace, UpdateContactDocument, { contactId: contact?.id ?? '', name: 'Renamed' });
  await succeed(workspace, UpdateUserDocument, { userId: assigneeId, name: 'Lovelace' });
  await eventually(
    () => list.rows()[0]?.contact?.name === 'Renamed' && list.rows()[0]?.assignee?.name === 'Lovelace',
    'the names',
  );
  await succeed(workspace, DeleteConversationDocument, { conversationId: id });
  await eventually(() => list.rows().length === 0 && thread.state() === 'MISSING', 'the deletion');
  expect([thread.conversation(), thread.messages()]).toEqual([null, []]);
});

it('what left its list stays right where its thread is open', async () => {
  const { id } = await makeConversation(workspace);
  const client = await openClient(workspace, parley);
  const [list, thread] = [client.list({ status: ['OPEN'] }), client.thread(id)];
  await eventually(() => list.state() === 'LIVE' && thread.state() === 'LOADED', 'the copy');
  await succeed(workspace, CloseConversationDocument, { conversationId: id });
  await eventually(() => list.rows().length === 0, 'the closing');
  await succeed(workspace, UpdateConversationDocument, { conversationId: id, subject: 'Later' });
  await eventually(() => thread.conversation()?.subject === 'Later', 'the change');
  thread.stop();
  thread.forget();
  expect(client.conversation(id)).toBeNull();
});

it('begins anew when its cursor has expired', async () => {
  const stays = await makeConversation(workspace, { subject: 'Stays' });
  const wire = await useWire(parley);
  const client = await openClient(workspace, wire);
  const [list, thread] = [client.list({}), client.thread(stays.id)];
  await eventually(() => list.state() === 'LIVE' && thread.state() === 'LOADED', 'the copy');
  await undoHistory(parley, workspace);
  wire.cut();
  await say(workspace, stays.id, { text: 'After' });
  await makeConversation(workspace, { subject: 'Comes' });
  await eventually(() => list.rows().length === 2 && thread.messages().length === 1, 'the new history');
  await say(workspace, stays.id, { text: 'Live' });
  await eventually(() => thread.messages().length === 2 && list.rows()[0]?.messageCount === 2, 'a live message');
});

/** A network that holds back the answer to an operation until it is told to give it. */
function holdBack(operation: string) {
  let release = () => {};
  let isHeld = false;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slowFetch: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (!String(init?.body).includes(operation)) return response;
    isHeld = true;
    await released;
    return response;
  };
  return { fetch: slowFetch, isHeld: () => isHeld, release };
}

it('an answer that comes after a newer change does not undo it', async () => {
  const { id: conversationId } = await makeConversation(workspace, { subject: 'Old' });
  const held = holdBack('OutboxUpdateConversation');
  const client = await openClient(workspace, parley, { fetch: held.fetch });
  const list = client.list({});
  await eventually(() => list.state() === 'LIVE', 'the list');
  client.updateConversation({ conversationId, subject: 'Mine' });
  expect(list.rows()).toMatchObject([{ subject: 'Mine', isPending: true }]);
  await eventually(held.isHeld, 'the answer');
  const { conversation } = await succeed(workspace, UpdateConversationDocument, { conversationId, tags: ['theirs'] });
  await succeed(workspace, UpdateConversationDocument, { conversationId, subject: 'Theirs' });
  await eventually(() => (list.rows()[0]?.version ?? 0) > conversation.version, 'the newer change');
  held.release();
  await eventually(() => client.waiting().length === 0, 'the answer');
  expect(list.rows()).toMatchObject([{ subject: 'Theirs', tags: ['theirs'], isPending: false }]);
});

it('an answer that comes after a deletion brings nothing back', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const held = holdBack('OutboxSendMessage');
  const client = await openClient(workspace, parley, { fetch: held.fetch });
  const [list, thread] = [client.list({}), client.thread(conversationId)];
  await eventually(() => list.state() === 'LIVE' && thread.state() === 'LOADED', 'the copy');
  client.sendMessage({ conversationId, text: 'Hi' });
  await eventually(held.isHeld, 'the answer');
  await eventually(() => thread.messages()[0]?.seq === 1, 'the echo');
  expect(thread.messages()).toHaveLength(1);
  expect(list.rows()).toMatchObject([{ messageCount: 1, isPending: true }]);
  await succeed(workspace, DeleteConversationDocument, { conversationId });
  await eventually(() => list.rows().length === 0, 'the deletion');
  held.release();
  await eventually(() => client.waiting().length === 0, 'the answer');
  expect([list.rows(), thread.messages(), client.conversation(conversationId)]).toEqual([[], [], null]);
});

it('what could not be stored is stored with what follows', async () => {
  const { id } = await makeConversation(workspace);
  const kept = memoryStorage();
  const failures: unknown[] = [];
  let mayWrite = true;
  const storage = {
    ...kept,
    write: (...batch: Parameters<typeof kept.write>) =>
      mayWrite ? kept.write(...batch) : Promise.reject(new Error('There is no space.')),
  };
  const client = await openClient(workspace, parley, { storage, onStorageFailure: (reason) => failures.push(reason) });
  const [list, thread] = [client.list({}), client.thread(id)];
  await eventually(() => list.state() === 'LIVE' && thread.state() === 'LOADED', 'the copy');
  mayWrite = false;
  await say(workspace, id, { text: 'Not stored' });
  await eventually(() => thread.messages().length === 1 && failures.length > 0, 'the failure');
  mayWrite = true;
  await say(workspace, id, { text: 'Stored' });
  await eventually(() => thread.messages().length === 2, 'the next');
  await client.stop();
  const texts = JSON.stringify(await kept.read());
  expect(texts).toContain('Not stored');
  expect(texts).toContain('Stored');
});
