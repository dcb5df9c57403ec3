import { expect, it, onTestFinished } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  ConversationCountsDocument,
  type ConversationFilter,
  DeleteConversationDocument,
  LiveConversationCountsDocument,
  type LiveConversationCountsSubscription,
  TagConversationsDocument,
} from '../../generated/operations.js';
import { connect, eventually, listen } from '../../live/support/listen.js';
import { ask, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { signInAs } from '../../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

function follow(filter: ConversationFilter, client = workspace) {
  const socket = connect(parley.url, client.apiKey);
  onTestFinished(() => socket.dispose());
  const heard = listen<LiveConversationCountsSubscription, { filter: ConversationFilter }>(
    socket,
    LiveConversationCountsDocument,
    { filter },
  );
  const counts = () => heard.results.map(({ data }) => data?.conversationCounts);
  return { heard, counts };
}

const read = async (filter: ConversationFilter, client = workspace) => {
  const { open, pending, snoozed, closed, unassigned } = await ask(client, ConversationCountsDocument, { filter });
  return { open, pending, snoozed, closed, unassigned };
};

it('counts come first as they are, then once for each change of a number, equal to the query', async () => {
  const { id } = await makeConversation(workspace);
  const { counts, heard } = follow({});
  await heard.until(1);
  const user = await makeUser(workspace);
  await say(workspace, id, { text: 'Changes no number' });
  await succeed(workspace, TagConversationsDocument, { conversationIds: [id], add: ['neither'] });
  await succeed(workspace, AssignConversationDocument, { conversationId: id, assigneeId: user.id });
  await heard.until(2);
  await succeed(workspace, CloseConversationDocument, { conversationId: id });
  await heard.until(3);
  await succeed(workspace, DeleteConversationDocument, { conversationId: id });
  await heard.until(4);
  const none = { open: 0, pending: 0, snoozed: 0, closed: 0, unassigned: 0 };
  expect(counts()).toEqual([{ ...none, open: 1, unassigned: 1 }, { ...none, open: 1 }, { ...none, closed: 1 }, none]);
  expect(counts().at(-1)).toEqual(await read({}));
});

it('counts of unread conversations follow what the viewer reads and sees', async () => {
  const agent = await signInAs(parley, workspace, 'AGENT');
  const owner = await makeUser(workspace);
  const filters: ConversationFilter[] = [{ unread: true }, { participantId: agent.actorId }];
  const followed = filters.map((filter) => ({ filter, ...follow(filter, agent) }));
  for (const { heard } of followed) await heard.until(1);
  await makeContactConversation(workspace, { message: { text: 'Hello', direction: 'INBOUND' } });
  await makeContactConversation(workspace, { ownerId: owner.id, message: { text: 'Hidden', direction: 'INBOUND' } });
  await makeConversation(workspace, { ownerId: owner.id, participantIds: [agent.actorId] });
  for (const { filter, counts } of followed) {
    const expected = await read(filter, agent);
    expect(expected.open).toBe(1);
    await eventually(() => JSON.stringify(counts().at(-1)) === JSON.stringify(expected), 'the same numbers');
  }
});

it('counts of a search cannot be followed', async () => {
  const { heard } = follow({ search: 'somebody' });
  const [result] = await heard.until(1);
  expect(result?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['filter', 'search'] } }]);
});
