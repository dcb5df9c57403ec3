import { beforeEach, describe, expect, it } from 'vitest';
import { rewrite } from '../domain/messages/support/messages.js';
import {
  CloseConversationDocument,
  ConversationsDocument,
  CreateConversationDocument,
  type CreateConversationInput,
  DeleteMessageDocument,
  EditMessageDocument,
  MarkConversationReadDocument,
  MergeContactsDocument,
  SendMessageDocument,
  SetTypingDocument,
  type SetTypingInput,
} from '../generated/operations.js';
import { act, ask, failWith, succeed } from '../support/act.js';
import { messagesOf, readConversation, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeChannel, makeContact, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
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
  it('is inbound, authored by the contact and safe to send again', async () => {
    const message = await say(asContact, conversationId, { text: 'Hello', clientMessageId: 'one' });
    expect(message).toMatchObject({ direction: 'INBOUND', author: { id: contactId }, status: 'DELIVERED' });
    expect((await say(asContact, conversationId, { text: 'Hello', clientMessageId: 'one' })).id).toBe(message.id);
    expect(
      await say(asContact, conversationId, { text: 'Again', authorId: contactId, direction: 'INBOUND' }),
    ).toMatchObject({ author: { id: contactId } });
  });

  it("cannot claim another author or direction, a channel's id or metadata", async () => {
    const other = (await makeContact(workspace)).id;
    const user = (await makeUser(workspace)).id;
    const text = 'x';
    await failWith(asContact, 'ValidationError', SendMessageDocument, { conversationId, text, direction: 'OUTBOUND' });
    for (const authorId of [other, user]) {
      await failWith(asContact, 'ForbiddenError', SendMessageDocument, { conversationId, text, authorId });
    }
    await failWith(asContact, 'ForbiddenError', SendMessageDocument, { conversationId, text, externalId: 'wamid.1' });
    await failWith(asContact, 'ForbiddenError', SendMessageDocument, {
      conversationId,
      text,
      metadata: { verified: true },
    });
    expect((await readConversation(workspace, conversationId)).messageCount).toBe(0);
    // The channel's own delivery of it is not in the way.
    await say(workspace, conversationId, { text, direction: 'INBOUND', externalId: 'wamid.1' });
  });

  it('can be edited and deleted only by that contact, even after a merge', async () => {
    const { id } = await say(asContact, conversationId, { text: 'Hello' });
    const answer = await say(workspace, conversationId, { text: 'Hi' });
    expect((await rewrite(asContact, id, { text: 'Hello!' })).text).toBe('Hello!');
    await failWith(asContact, 'ForbiddenError', EditMessageDocument, { messageId: answer.id, text: 'No' });
    await failWith(asContact, 'ForbiddenError', DeleteMessageDocument, { messageId: answer.id });
    const stranger = await signIn(parley, workspace, (await makeContact(workspace)).id);
    await failWith(stranger, 'NotFoundError', EditMessageDocument, { messageId: id, text: 'Mine' });
    const survivorId = (await makeContact(workspace)).id;
    await succeed(workspace, MergeContactsDocument, { survivorId, contactIds: [contactId] });
    expect((await rewrite(asContact, id, { text: 'Still mine' })).text).toBe('Still mine');
    expect(
      (await succeed(await signIn(parley, workspace, survivorId), DeleteMessageDocument, { messageId: id })).messageEdge
        .node.text,
    ).toBeNull();
  });

  it('to a closed conversation is routed, and reopens or starts a conversation the contact can see', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const first = await makeConversation(workspace, { channelId, contactId });
    await succeed(workspace, CloseConversationDocument, { conversationId: first.id });
    const message = await say(asContact, first.id, { text: 'One more thing' });
    const conversations = await ask(asContact, ConversationsDocument, { filter: { status: ['OPEN'] } });
    const [begun] = conversations.edges.map(({ node }) => node).filter(({ id }) => id !== conversationId);
    expect(begun?.id).not.toBe(first.id);
    const { edges } = await messagesOf(asContact, begun?.id ?? '');
    expect(edges.map(({ node }) => node.id)).toEqual([message.id]);
  });
});

describe('a conversation started by a contact', () => {
  it('belongs to the contact and has a first message', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const input = { channelId, subject: 'Help', message: { text: 'Hello' } };
    const { conversation } = await succeed(asContact, CreateConversationDocument, input);
    expect(await readConversation(workspace, conversation.id)).toMatchObject({
      contact: { id: contactId },
      channel: { id: channelId },
      subject: 'Help',
      messageCount: 1,
      owner: null,
      assignee: null,
    });
    const again = await failWith(asContact, 'ConversationExistsError', CreateConversationDocument, input);
    expect(again.conversation.id).toBe(conversation.id);
    await succeed(asContact, CreateConversationDocument, { contactId, subject: 'By its own id' });
  });

  it('cannot belong to anyone else or set fields meant for the team', async () => {
    const other = await makeContact(workspace, 'Otto');
    const user = await makeUser(workspace);
    const refused: CreateConversationInput[] = [
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
    for (const input of refused) await failWith(asContact, 'ForbiddenError', CreateConversationDocument, input);
    expect((await ask(workspace, ConversationsDocument, {})).totalCount).toBe(1);
  });
});

describe('the unread count of a contact', () => {
  it("counts the team's messages, also in a filter, and reading moves only the contact's position", async () => {
    await say(workspace, conversationId, { text: 'one' });
    await say(workspace, conversationId, { text: 'two' });
    const unread = async (wanted: boolean) =>
      (await ask(asContact, ConversationsDocument, { filter: { unread: wanted } })).totalCount;
    expect((await readConversation(asContact, conversationId)).unreadCount).toBe(2);
    expect([await unread(true), await unread(false)]).toEqual([1, 0]);
    expect((await succeed(asContact, MarkConversationReadDocument, { conversationId })).conversation.unreadCount).toBe(
      0,
    );
    expect([await unread(true), await unread(false)]).toEqual([0, 1]);
    await say(asContact, conversationId, { text: 'thanks' });
    expect((await readConversation(asContact, conversationId)).unreadCount).toBe(0);
    expect((await readConversation(workspace, conversationId)).unreadCount).toBe(1);
  });
});

it('a contact can only type as itself, in its own conversations', async () => {
  const set = async (input: SetTypingInput) => (await act(asContact, SetTypingDocument, input)).__typename;
  expect(await set({ conversationId })).toBe('SetTypingPayload');
  expect(await set({ conversationId, actorId: (await makeUser(workspace)).id })).toBe('ForbiddenError');
  expect(await set({ conversationId: (await makeConversation(workspace)).id })).toBe('NotFoundError');
});
