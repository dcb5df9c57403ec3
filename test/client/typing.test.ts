import { expect, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { messagesOf, readConversation } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { signIn } from '../support/token.js';
import { openClient } from './support/open-client.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

it('shows who is typing until they stop', async () => {
  const { id } = await makeConversation(workspace);
  const { id: actorId, name } = await makeUser(workspace);
  const agent = await openClient(await signIn(parley, workspace, actorId), parley);
  const other = await openClient(workspace, parley);
  const typing = other.typing(id);
  expect(await other.request('{ viewer { actor { __typename } } }', {})).toEqual({
    viewer: { actor: { __typename: 'ApiKey' } },
  });
  await eventually(async () => {
    await agent.setTyping(id, true);
    return typing.actors().length > 0;
  }, 'somebody types');
  expect(typing.actors()).toMatchObject([{ id: actorId, name }]);
  await agent.setTyping(id, false);
  await eventually(() => typing.actors().length === 0, 'nobody types');
});

it('a transfer shows at once, and is recorded', async () => {
  const { id } = await makeConversation(workspace);
  const [one, other] = [await makeUser(workspace), await makeUser(workspace)];
  const client = await openClient(workspace, parley);
  const thread = client.thread(id);
  await eventually(() => thread.state() === 'LOADED', 'the conversation');
  client.assignConversation({ conversationId: id, assigneeId: one.id });
  client.transferConversation({ conversationId: id, toAssigneeId: other.id, reason: 'Holidays' });
  expect(thread.conversation()).toMatchObject({ assigneeId: other.id, isPending: true });
  await eventually(() => client.waiting().length === 0, 'all is sent');
  expect(client.refused()).toEqual([]);
  expect(await readConversation(workspace, id)).toMatchObject({ assignee: { id: other.id } });
});

it('a list shows the last message of each conversation, sent or not', async () => {
  const client = await openClient(workspace, parley);
  const { conversationId } = client.createConversation({ message: { text: 'Hello' } });
  const list = client.list({ status: ['OPEN'] });
  const last = () => list.rows()[0]?.lastMessage?.text;
  expect(last()).toBe('Hello');
  await eventually(() => client.waiting().length === 0, 'the first is sent');
  const { messageId } = client.sendMessage({ conversationId, text: 'Good morning' });
  expect(last()).toBe('Good morning');
  await eventually(() => client.waiting().length === 0 && list.state() === 'LIVE', 'the second is sent');
  expect(last()).toBe('Good morning');
  expect(nodesOf(await messagesOf(workspace, conversationId)).at(-1)?.id).toBe(messageId);
});
