import { expect, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContactConversation } from '../support/make.js';
import { signIn, signInAs } from '../support/token.js';
import { openClient } from './support/open-client.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

it('a note shows among the messages of the team at once and later, and nowhere in the copy of a contact', async () => {
  const agent = await signInAs(parley, workspace, 'AGENT');
  const { id, contact } = await makeContactConversation(workspace, {
    message: { text: 'Hello', direction: 'INBOUND' },
  });
  const wire = await useWire(parley);
  const client = await openClient(agent, wire);
  const [list, thread] = [client.list({}), client.thread(id)];
  const theirs = await openClient(await signIn(parley, workspace, contact?.id ?? ''), parley);
  const [theirList, theirThread] = [theirs.list({}), theirs.thread(id)];
  for (const each of [thread, theirThread]) await eventually(() => each.state() === 'LOADED', 'the threads');
  await eventually(() => list.state() === 'LIVE' && theirList.state() === 'LIVE', 'the lists');

  const before = theirList.rows();
  client.sendMessage({
    conversationId: id,
    text: 'Careful',
    visibility: 'INTERNAL',
    mentionedUserIds: [agent.actorId],
  });
  expect(thread.messages().at(-1)).toMatchObject({ text: 'Careful', visibility: 'INTERNAL', seq: null });
  expect(list.rows()).toMatchObject([{ id, messageCount: 1, isPending: true }]);
  await eventually(() => client.waiting().length === 0, 'it is sent');
  const texts = () => thread.messages().map(({ text }) => text);
  await say(workspace, id, { text: 'Good morning' });
  await eventually(() => texts().length === 3, 'the answer');
  expect(texts()).toEqual(['Hello', 'Careful', 'Good morning']);
  expect(list.rows()).toMatchObject([{ id, messageCount: 2, isPending: false }]);

  await eventually(() => theirThread.messages().length === 2, 'the answer for the contact');
  expect(theirThread.messages().map(({ text }) => text)).toEqual(['Hello', 'Good morning']);
  await eventually(() => theirList.rows()[0]?.messageCount === 2, 'the row for the contact');
  expect(theirList.rows()[0]?.revision).toBe((before[0]?.revision ?? 0) + 1);

  const again = await openClient(agent, parley);
  const reloaded = again.thread(id);
  await eventually(() => reloaded.state() === 'LOADED', 'the thread anew');
  expect(reloaded.messages().map(({ text, visibility }) => [text, visibility])).toEqual([
    ['Hello', 'PUBLIC'],
    ['Careful', 'INTERNAL'],
    ['Good morning', 'PUBLIC'],
  ]);
});
