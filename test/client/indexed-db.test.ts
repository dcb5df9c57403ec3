import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it, vi } from 'vitest';
import { openIndexedDbStorage } from '../../client/src/indexed-db.js';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { messagesOf, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { openClient } from './support/open-client.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  return () => vi.unstubAllGlobals();
});

const openStorage = (name: string) => openIndexedDbStorage({ name });

it('the copy and what waits survive in a database, each person in their own', async () => {
  const { id: conversationId } = await makeConversation(workspace, { subject: 'Kept' });
  await say(workspace, conversationId, { text: 'Before' });
  const wire = await useWire(parley);
  const first = await openStorage('ada');
  const client = await openClient(workspace, wire, { storage: first });
  const [list, thread] = [client.list({}), client.thread(conversationId)];
  await eventually(() => list.state() === 'LIVE' && thread.state() === 'LOADED', 'the copy');
  await wire.close();
  await client.sendMessage({ conversationId, text: 'Waits' }).stored;
  await client.stop();
  first.close();

  expect(await (await openStorage('ben')).read()).toEqual([]);
  const second = await openStorage('ada');
  const offline = await openClient(workspace, wire, { storage: second });
  expect(offline.list({}).rows()).toMatchObject([{ subject: 'Kept', messageCount: 2 }]);
  const shown = offline.thread(conversationId);
  expect(shown.messages().map(({ text, seq }) => [text, seq])).toEqual([
    ['Before', 1],
    ['Waits', null],
  ]);
  await offline.stop();
  second.close();

  const third = await openStorage('ada');
  const online = await openClient(workspace, parley, { storage: third });
  await eventually(() => online.waiting().length === 0, 'what waited');
  const texts = nodesOf(await messagesOf(workspace, conversationId)).map(({ text }) => text);
  expect(texts).toEqual(['Before', 'Waits']);
  await online.signOut();
  expect(await third.read()).toEqual([]);
  third.close();
});
