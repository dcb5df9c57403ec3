import { beforeEach, describe, expect, it } from 'vitest';
import { create } from '../domain/conversations/support/act.js';
import { close, markRead, messagesOf, read, say, send } from '../domain/messages/support/act.js';
import { edit, erase, remove, rewrite } from '../domain/messages/support/change.js';
import * as operations from '../generated/operations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeChannel, makeContact, makeConversation, makeUser } from '../support/make.js';
import { expectType, type TestWorkspace } from '../support/parley.js';
import { signIn } from '../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);
let contactId: string;
let asContact: TestWorkspace;
let conversationId: string;
beforeEach(async () => {
  contactId = (await makeContact(workspace, 'Cora')).id;
  asContact = await signIn(parley, workspace, contactId);
  conversationId = (await makeConversation(workspace, { contactId })).id;
});

describe('a message of a contact', () => {
  it('is inbound and its own, whatever it says, and safe to send again', async () => {
    const message = await say(asContact, conversationId, { text: 'Hello', clientMessageId: 'one' });
    expect(message).toMatchObject({ direction: 'INBOUND', author: { id: contactId }, status: 'DELIVERED' });
    expect((await say(asContact, conversationId, { text: 'Hello', clientMessageId: 'one' })).id).toBe(message.id);
    expect(
      await say(asContact, conversationId, { text: 'Again', authorId: contactId, direction: 'INBOUND' }),
    ).toMatchObject({ author: { id: contactId } });
  });

  it("cannot be the team's, somebody else's, under the id of a channel, or with what the team keeps with it", async () => {
    const other = (await makeContact(workspace)).id;
    const user = (await makeUser(workspace)).id;
    const text = 'x';
    expectType(await send(asContact, { conversationId, text, direction: 'OUTBOUND' }), 'ValidationError');
    for (const authorId of [other, user]) {
      expectType(await send(asContact, { conversationId, text, authorId }), 'ForbiddenError');
    }
    expectType(await send(asContact, { conversationId, text, externalId: 'wamid.1' }), 'ForbiddenError');
    expectType(await send(asContact, { conversationId, text, metadata: { verified: true } }), 'ForbiddenError');
    expect((await read(workspace, conversationId)).messageCount).toBe(0);
    // The channel's own delivery of it is not in the way.
    await say(workspace, conversationId, { text, direction: 'INBOUND', externalId: 'wamid.1' });
  });

  it('can be edited and deleted by it, also after it was merged, and by no other contact', async () => {
    const { id } = await say(asContact, conversationId, { text: 'Hello' });
    const answer = await say(workspace, conversationId, { text: 'Hi' });
    expect((await rewrite(asContact, id, { text: 'Hello!' })).text).toBe('Hello!');
    expectType(await edit(asContact, { messageId: answer.id, text: 'No' }), 'ForbiddenError');
    expectType(await remove(asContact, answer.id), 'ForbiddenError');
    const stranger = await signIn(parley, workspace, (await makeContact(workspace)).id);
    expectType(await edit(stranger, { messageId: id, text: 'Mine' }), 'NotFoundError');
    const survivorId = (await makeContact(workspace)).id;
    await workspace.run(operations.MergeContactsDocument, { input: { survivorId, contactIds: [contactId] } });
    expect((await rewrite(asContact, id, { text: 'Still mine' })).text).toBe('Still mine');
    expect((await erase(await signIn(parley, workspace, survivorId), id)).text).toBeNull();
  });

  it('to a closed conversation goes where it belongs, and reopens or begins what it may see', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const first = await makeConversation(workspace, { channelId, contactId });
    await close(workspace, first.id);
    const message = await say(asContact, first.id, { text: 'One more thing' });
    const { conversations } = await asContact.run(operations.ConversationsDocument, { filter: { status: ['OPEN'] } });
    const [begun] = conversations.edges.map(({ node }) => node).filter(({ id }) => id !== conversationId);
    expect(begun?.id).not.toBe(first.id);
    const { edges } = await messagesOf(asContact, begun?.id ?? '');
    expect(edges.map(({ node }) => node.id)).toEqual([message.id]);
  });
});

describe('a conversation that a contact begins', () => {
  it('is its own, with a first message', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const input = { channelId, subject: 'Help', message: { text: 'Hello' } };
    const { conversation } = expectType(await create(asContact, input), 'CreateConversationPayload');
    expect(await read(workspace, conversation.id)).toMatchObject({
      contact: { id: contactId },
      channel: { id: channelId },
      subject: 'Help',
      messageCount: 1,
      owner: null,
      assignee: null,
    });
    const again = expectType(await create(asContact, input), 'ConversationExistsError');
    expect(again.conversation.id).toBe(conversation.id);
    expectType(await create(asContact, { contactId, subject: 'By its own id' }), 'CreateConversationPayload');
  });

  it('is nobody else’s, and decides nothing that is the business of the team', async () => {
    const other = await makeContact(workspace, 'Otto');
    const user = await makeUser(workspace);
    const refused: operations.CreateConversationMutationVariables['input'][] = [
      { contactId: other.id },
      { contact: { email: 'otto@example.com' } },
      { client: { bot: 'b', user: 'u', channel: 'c' } },
      { ownerId: user.id },
      { assigneeId: user.id },
      { participantIds: [other.id] },
      { externalId: 'x' },
      { priority: 'URGENT' },
      { tags: ['vip'] },
      { metadata: { plan: 'gold' } },
      { flowId: 'x' },
      { stepId: 'x' },
      { expiresAt: '2999-01-01T00:00:00Z' },
      { message: { text: 'x', externalId: 'wamid.1' } },
      { message: { text: 'x', metadata: { verified: true } } },
      { message: { text: 'x', authorId: user.id } },
    ];
    for (const input of refused) expectType(await create(asContact, input), 'ForbiddenError');
    expect((await workspace.run(operations.ConversationsDocument, {})).conversations.totalCount).toBe(1);
  });
});

describe('what a contact has not read', () => {
  it('is what the team wrote, also in a filter, and reading it moves its own position only', async () => {
    await say(workspace, conversationId, { text: 'one' });
    await say(workspace, conversationId, { text: 'two' });
    const unread = async (wanted: boolean) =>
      (await asContact.run(operations.ConversationsDocument, { filter: { unread: wanted } })).conversations.totalCount;
    expect((await read(asContact, conversationId)).unreadCount).toBe(2);
    expect([await unread(true), await unread(false)]).toEqual([1, 0]);
    expect((await markRead(asContact, conversationId)).unreadCount).toBe(0);
    expect([await unread(true), await unread(false)]).toEqual([0, 1]);
    await say(asContact, conversationId, { text: 'thanks' });
    expect((await read(asContact, conversationId)).unreadCount).toBe(0);
    expect((await read(workspace, conversationId)).unreadCount).toBe(1);
  });
});

it('a contact types as itself, in its own conversations', async () => {
  const set = async (input: operations.SetTypingMutationVariables['input']) =>
    (await asContact.run(operations.SetTypingDocument, { input })).setTyping.__typename;
  expect(await set({ conversationId })).toBe('SetTypingPayload');
  expect(await set({ conversationId, actorId: (await makeUser(workspace)).id })).toBe('ForbiddenError');
  expect(await set({ conversationId: (await makeConversation(workspace)).id })).toBe('NotFoundError');
});
