import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  CreateConversationDocument,
  DeleteConversationDocument,
  SendMessageDocument,
} from '../../generated/operations.js';
import { act, failWith, succeed } from '../../support/act.js';
import { messagesOf, readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import {
  eventsOf,
  makeChannel,
  makeContact,
  makeContactConversation,
  makeConversation,
  makeUser,
} from '../../support/make.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const inbound = { direction: 'INBOUND' as const };
const countOf = async (id: string) => (await messagesOf(workspace, id)).totalCount;

/** Expects that a message is refused because its id was used for another, and that the refusal names which id. */
async function expectConflict(conversationId: string, name: string, input: Parameters<typeof say>[2]) {
  const { message } = await failWith(workspace, 'ConflictError', SendMessageDocument, {
    conversationId,
    ...input,
  });
  expect(message).toContain(name);
}

describe.each(['clientMessageId', 'externalId'] as const)('a repeated %s', (name) => {
  it('returns the stored message, and changes and logs nothing', async () => {
    const { id } = await makeContactConversation(workspace);
    const first = await say(workspace, id, { text: 'Hello', [name]: 'm-1' });
    const before = { conversation: await readConversation(workspace, id), events: await eventsOf(workspace, id) };
    expect(await say(workspace, id, { text: 'Hello', [name]: 'm-1' })).toEqual(first);
    expect({ conversation: await readConversation(workspace, id), events: await eventsOf(workspace, id) }).toEqual(
      before,
    );
  });

  it('conflicts with another text, content, author or direction', async () => {
    const { id } = await makeContactConversation(workspace);
    const user = await makeUser(workspace);
    await say(workspace, id, { text: 'Hello', [name]: 'm-1' });
    const others = [
      { text: 'Hello!' },
      { text: 'Hello', content: { type: 'text', text: 'Hello', bold: true } },
      { text: 'Hello', authorId: user.id },
      { text: 'Hello', ...inbound },
    ];
    for (const other of others) await expectConflict(id, name, { ...other, [name]: 'm-1' });
    expect(await countOf(id)).toBe(1);
  });

  it('matches regardless of the order of fields in content', async () => {
    const { id } = await makeContactConversation(workspace);
    const content = { kind: 'place', at: { lat: 52.5, lng: 13.4, accuracy: 1e21 }, tags: ['a', 'b'] };
    const reordered = { tags: ['a', 'b'], at: { accuracy: 1e21, lng: 13.4, lat: 52.5 }, kind: 'place' };
    const first = await say(workspace, id, { content, [name]: 'm-1' });
    expect((await say(workspace, id, { content: reordered, [name]: 'm-1' })).id).toBe(first.id);
    await expectConflict(id, name, { content: { ...content, tags: ['b', 'a'] }, [name]: 'm-1' });
  });

  it('stores one message for 50 concurrent requests', async () => {
    const { id } = await makeContactConversation(workspace);
    const sent = await Promise.all(
      Array.from({ length: 50 }, () => say(workspace, id, { text: 'Hello', ...inbound, [name]: 'm-1' })),
    );
    expect(sent).toEqual(sent.map(() => sent[0]));
    expect(await readConversation(workspace, id)).toMatchObject({ messageCount: 1, unreadCount: 1 });
    const added = (await eventsOf(workspace, id)).filter(({ type }) => type === 'message.added');
    expect(added).toHaveLength(1);
  });

  it('still returns the stored message after the conversation was closed', async () => {
    const { id } = await makeContactConversation(workspace);
    const first = await say(workspace, id, { text: 'Hello', [name]: 'm-1' });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    expect((await say(workspace, id, { text: 'Hello', [name]: 'm-1' })).id).toBe(first.id);
  });

  it('returns the message routed to a new conversation, even after that one was closed', async () => {
    const { id } = await makeContactConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const first = await say(workspace, id, { text: 'Hello', ...inbound, [name]: 'm-1' });
    expect(first.conversation.id).not.toBe(id);
    expect((await say(workspace, id, { text: 'Hello', ...inbound, [name]: 'm-1' })).id).toBe(first.id);
    await succeed(workspace, CloseConversationDocument, { conversationId: first.conversation.id });
    expect((await say(workspace, id, { text: 'Hello', ...inbound, [name]: 'm-1' })).id).toBe(first.id);
    expect(await countOf(first.conversation.id)).toBe(1);
  });

  it('stores one message in one new conversation for 20 concurrent requests to a closed one', async () => {
    const { id } = await makeContactConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => say(workspace, id, { text: 'Hello', ...inbound, [name]: 'm-1' })),
    );
    expect(new Set(sent.map((message) => message.id)).size).toBe(1);
    expect(sent[0]?.conversation).toMatchObject({ messageCount: 1 });
  });
});

describe('the scope of message ids', () => {
  it('makes a clientMessageId unique within its conversation', async () => {
    const first = await makeContactConversation(workspace);
    const second = await makeContactConversation(workspace);
    await say(workspace, first.id, { text: 'Hello', clientMessageId: 'm-1' });
    await say(workspace, second.id, { text: 'Something else', clientMessageId: 'm-1' });
    expect(await countOf(second.id)).toBe(1);
  });

  it('makes an externalId unique within its channel, across conversations', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const conversationIn = async (channel: string) =>
      (await makeConversation(workspace, { channelId: channel, contactId: (await makeContact(workspace)).id })).id;
    const first = await conversationIn(channelId);
    const second = await conversationIn(channelId);
    const elsewhere = await conversationIn((await makeChannel(workspace, { name: 'Other' })).id);
    await say(workspace, first, { text: 'Hello', externalId: 'm-1' });
    await expectConflict(second, 'externalId', { text: 'Hello', externalId: 'm-1' });
    await say(workspace, elsewhere, { text: 'Hello', externalId: 'm-1' });
  });

  it('makes an externalId unique among conversations without a channel', async () => {
    const first = await makeConversation(workspace);
    const second = await makeConversation(workspace);
    await say(workspace, first.id, { text: 'Hello', externalId: 'm-1' });
    await expectConflict(second.id, 'externalId', { text: 'Hello', externalId: 'm-1' });
    const withChannel = await makeContactConversation(workspace);
    await say(workspace, withChannel.id, { text: 'Hello', externalId: 'm-1' });
  });

  it('gives an externalId to one of two conversations that claim it concurrently', async () => {
    const ids = [(await makeConversation(workspace)).id, (await makeConversation(workspace)).id];
    const answers = await Promise.all(
      ids.map((conversationId) =>
        act(workspace, SendMessageDocument, { conversationId, text: 'Hello', externalId: 'm-1' }),
      ),
    );
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual(['ConflictError', 'SendMessagePayload']);
  });

  it('also applies in createConversation if the conversation already exists', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const message = { text: 'Hello', ...inbound, clientMessageId: 'm-1' };
    const input = { channelId, contactId, ifExists: 'RETURN' as const, message };
    const { id } = await makeConversation(workspace, input);
    expect(await makeConversation(workspace, input)).toMatchObject({ id, messageCount: 1 });
    const other = { ...input, message: { ...message, text: 'Something else' } };
    await failWith(workspace, 'ConflictError', CreateConversationDocument, other);
  });

  it('refuses two ids that name two different messages', async () => {
    const { id } = await makeContactConversation(workspace);
    await say(workspace, id, { text: 'Hello', clientMessageId: 'c-1' });
    await say(workspace, id, { text: 'Hello', externalId: 'e-1' });
    await failWith(workspace, 'ConflictError', SendMessageDocument, {
      conversationId: id,
      text: 'Hello',
      clientMessageId: 'c-1',
      externalId: 'e-1',
    });
    expect(await countOf(id)).toBe(2);
  });

  it('ends with the conversation', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const first = await makeConversation(workspace, { channelId });
    await say(workspace, first.id, { text: 'Hello', externalId: 'm-1' });
    await succeed(workspace, DeleteConversationDocument, { conversationId: first.id });
    const second = await makeConversation(workspace, { channelId });
    await say(workspace, second.id, { text: 'Something else', externalId: 'm-1' });
    expect(await countOf(second.id)).toBe(1);
  });
});
