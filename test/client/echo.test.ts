import { expect, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { openClient } from './support/open-client.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

it('what shows at once stays as it is until the server has told of it, with no moment in between', async () => {
  const goes = await makeConversation(workspace, { subject: 'Goes' });
  const client = await openClient(workspace, parley);
  const [open, closed] = [client.list({ status: ['OPEN'] }), client.list({ status: ['CLOSED'] })];
  await eventually(() => open.state() === 'LIVE' && closed.state() === 'LIVE', 'the lists');
  const thread = client.thread(goes.id);
  await eventually(() => thread.state() === 'LOADED', 'the thread');

  client.sendMessage({ conversationId: goes.id, text: 'Bye' });
  client.closeConversation({ conversationId: goes.id });
  const { conversationId } = client.createConversation({ subject: 'Comes' });
  const look = () => ({
    open: open.rows().map(({ subject }) => subject),
    closed: closed.rows().map(({ subject, messageCount }) => `${subject} ${messageCount}`),
    messages: thread.messages().map(({ text }) => text),
  });
  const expected = { open: ['Comes'], closed: ['Goes 1'], messages: ['Bye'] };
  const seen = new Set([JSON.stringify(look())]);
  client.subscribe(() => seen.add(JSON.stringify(look())));

  await eventually(() => client.waiting().length === 0, 'the answers');
  const isTold = () => open.rows()[0]?.revision !== 0 && thread.messages()[0]?.seq === 1;
  await eventually(isTold, 'the echo');
  // Whatever the feeds had to tell of it has come before what they tell of this.
  const last = await makeConversation(workspace, { subject: 'Last' });
  await eventually(() => open.rows().some(({ id }) => id === last.id), 'the next');
  expect(open.rows().map(({ id }) => id)).toEqual([last.id, conversationId]);
  expect([...seen]).toEqual([
    JSON.stringify(expected),
    JSON.stringify({ ...expected, open: ['Last', ...expected.open] }),
  ]);
});
