import { beforeEach, describe, expect, it } from 'vitest';
import {
  AttachmentsDocument,
  ConversationsDocument,
  DeleteMessageDocument,
  EditMessageDocument,
  MarkConversationReadDocument,
  type MessageVisibility,
  SendMessageDocument,
} from '../../generated/operations.js';
import { ask, failWith, succeed } from '../../support/act.js';
import { messagesOf, readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { eventsOf, makeBot, makeContactConversation, makeConversation } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { TestWorkspace } from '../../support/parley.js';
import { signIn, signInAs } from '../../support/token.js';
import { upload } from '../uploads/support/upload.js';
import { findMessages, rewrite } from './support/messages.js';
import { note } from './support/notes.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);
const BOTH: MessageVisibility[] = ['PUBLIC', 'INTERNAL'];

let agent: TestWorkspace & { actorId: string };
let conversationId: string;
let contactId: string;
beforeEach(async () => {
  agent = await signInAs(parley, workspace, 'AGENT');
  const conversation = await makeContactConversation(workspace, { message: { text: 'Hello', direction: 'INBOUND' } });
  conversationId = conversation.id;
  contactId = conversation.contact?.id ?? '';
});

const texts = async (page: Parameters<typeof messagesOf>[2] = { first: 100, visibility: BOTH }) =>
  nodesOf(await messagesOf(agent, conversationId, page)).map(({ text }) => text);

describe('a note', () => {
  it('is an outbound message that is delivered to nobody, and that nobody joins the conversation by', async () => {
    expect(await note(agent, conversationId, { text: 'Careful' })).toMatchObject({
      visibility: 'INTERNAL',
      direction: 'OUTBOUND',
      status: 'DELIVERED',
      seq: 1,
      author: { id: agent.actorId },
      conversation: { messageCount: 1 },
    });
    expect((await eventsOf(workspace, conversationId)).map(({ type }) => type)).toEqual([
      'conversation.created',
      'participant.joined',
      'message.added',
      'note.added',
    ]);
  });

  it('can be from a user, a bot and an API key', async () => {
    const bot = await makeBot(workspace);
    const asBot = parley.connect({ id: workspace.id, apiKey: bot.apiKey });
    for (const [client, name] of [
      [agent, 'User AGENT'],
      [asBot, 'Robo'],
      [workspace, 'Default key'],
    ] as const) {
      const { author } = await note(client, conversationId, { text: 'From me' });
      expect(author.__typename === 'ApiKey' ? 'Default key' : author.name).toBe(name);
    }
    expect(await note(workspace, conversationId, { text: 'For her', authorId: agent.actorId })).toMatchObject({
      author: { id: agent.actorId },
    });
    expect(await texts()).toHaveLength(5);
  });

  it('stands between the public messages that it was written between, and does not count among them', async () => {
    await note(agent, conversationId, { text: 'note 1' });
    await note(workspace, conversationId, { text: 'note 2' });
    await say(agent, conversationId, { text: 'Good morning' });
    await note(agent, conversationId, { text: 'note 3' });
    await say(workspace, conversationId, { text: 'Thanks', direction: 'INBOUND' });
    expect(await texts()).toEqual(['Hello', 'note 1', 'note 2', 'Good morning', 'note 3', 'Thanks']);
    expect(await texts({ first: 10 })).toEqual(['Hello', 'Good morning', 'Thanks']);
    expect(await texts({ first: 10, visibility: ['INTERNAL'] })).toEqual(['note 1', 'note 2', 'note 3']);
    expect(await texts({ first: 10, visibility: [] })).toEqual([]);
    const all = await messagesOf(agent, conversationId, { visibility: BOTH });
    expect(all.edges.map(({ node }) => node.seq)).toEqual([1, 1, 1, 2, 2, 3]);
    expect(all.totalCount).toBe(6);
    expect((await messagesOf(agent, conversationId, { visibility: ['INTERNAL'] })).totalCount).toBe(3);
    expect((await messagesOf(agent, conversationId)).totalCount).toBe(3);
  });

  it('can stand before all public messages', async () => {
    const { id } = await makeConversation(workspace);
    expect(await note(agent, id, { text: 'First' })).toMatchObject({ seq: 0 });
    await say(workspace, id, { text: 'Hello' });
    const { edges } = await messagesOf(agent, id, { visibility: BOTH });
    expect(edges.map(({ node }) => node.text)).toEqual(['First', 'Hello']);
  });

  it('is on its page in either direction, and cursors lead from one kind of list to the other', async () => {
    for (const text of ['a', 'b']) await note(agent, conversationId, { text });
    await say(agent, conversationId, { text: 'c' });
    await note(agent, conversationId, { text: 'd' });
    const expected = await texts();
    const seen: (string | null | undefined)[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Awaited<ReturnType<typeof messagesOf>> = await messagesOf(agent, conversationId, {
        first: 2,
        after,
        visibility: BOTH,
      });
      seen.push(...nodesOf(page).map(({ text }) => text));
      after = page.pageInfo.endCursor ?? null;
      more = page.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(expected);
    const all = await messagesOf(agent, conversationId, { first: 100, visibility: BOTH });
    const cursorOf = (text: string) => all.edges.find(({ node }) => node.text === text)?.cursor ?? '';
    expect(await texts({ last: 2, before: cursorOf('d'), visibility: BOTH })).toEqual(['b', 'c']);
    expect(await texts({ first: 5, after: cursorOf('a') })).toEqual(['c']);
    const [hello] = (await messagesOf(agent, conversationId, { first: 1 })).edges;
    expect(await texts({ first: 2, after: hello?.cursor ?? '', visibility: BOTH })).toEqual(['a', 'b']);
    const sent = await succeed(agent, SendMessageDocument, { conversationId, text: 'e', visibility: 'INTERNAL' });
    expect(await texts({ last: 1, before: sent.messageEdge.cursor, visibility: BOTH })).toEqual(['d']);
  });

  it('is found by its words and by its visibility, among messages and conversations', async () => {
    const { id } = await note(agent, conversationId, { text: 'Suspicious zebra' });
    const found = async (filter: Parameters<typeof findMessages>[1]) =>
      nodesOf(await findMessages(agent, filter)).map((message) => message.id);
    expect(await found({ search: 'zebra' })).toEqual([]);
    expect(await found({ search: 'zebra', visibility: BOTH })).toEqual([id]);
    expect(await found({ search: 'zebra', visibility: ['INTERNAL'] })).toEqual([id]);
    expect(await found({ visibility: ['INTERNAL'] })).toEqual([id]);
    expect(await found({ visibility: [] })).toEqual([]);
    expect(await found({ conversationId })).not.toContain(id);
    expect(await found({ conversationId, visibility: BOTH })).toContain(id);
    const conversations = await ask(agent, ConversationsDocument, { filter: { search: 'zebra' } });
    expect(nodesOf(conversations).map((row) => row.id)).toEqual([conversationId]);
  });

  it('has attachments, which only the team sees', async () => {
    const { id } = await note(agent, conversationId, { uploadKeys: [await upload(workspace, 'Secret')] });
    const attachments = (await ask(agent, AttachmentsDocument, { messageId: id }))?.attachments;
    expect(attachments).toHaveLength(1);
    const contact = await signIn(parley, workspace, contactId);
    expect(await ask(contact, AttachmentsDocument, { messageId: id })).toBeNull();
    const { body } = await contact.post('query ($id: ID!) { node(id: $id) { id } }', { id: attachments?.[0]?.id });
    expect(body.data).toEqual({ node: null });
  });

  it('can answer a public message and another note', async () => {
    const [message] = nodesOf(await messagesOf(agent, conversationId));
    const first = await note(agent, conversationId, { text: 'Look', replyToId: message?.id ?? null });
    const second = await note(agent, conversationId, { text: 'I see', replyToId: first.id });
    expect([first.replyTo?.id, second.replyTo?.id]).toEqual([message?.id, first.id]);
    const reaction = { type: 'reaction', messageId: first.id, emoji: '👍' };
    expect(await note(agent, conversationId, { content: reaction })).toMatchObject({ content: reaction });
  });

  it('is added once if it is sent again, with ids of its own among those of clients', async () => {
    const input = { text: 'Once', clientMessageId: 'client-1', mentionedUserIds: [agent.actorId] };
    const first = await note(agent, conversationId, input);
    expect((await note(agent, conversationId, input)).id).toBe(first.id);
    await failWith(agent, 'ConflictError', SendMessageDocument, {
      conversationId,
      visibility: 'INTERNAL',
      ...input,
      mentionedUserIds: [],
    });
    const contact = await signIn(parley, workspace, contactId);
    const theirs = await say(contact, conversationId, { text: 'Once', clientMessageId: 'client-1' });
    expect(theirs.id).not.toBe(first.id);
    expect((await say(contact, conversationId, { text: 'Once', clientMessageId: 'client-1' })).id).toBe(theirs.id);
  });

  it('counts as read with the public message before it', async () => {
    await say(workspace, conversationId, { text: 'Are you there?', direction: 'INBOUND' });
    const { id } = await note(workspace, conversationId, { text: 'Read up to here' });
    await say(workspace, conversationId, { text: 'Hello?', direction: 'INBOUND' });
    await succeed(agent, MarkConversationReadDocument, { conversationId, upToMessageId: id });
    expect(await readConversation(agent, conversationId)).toMatchObject({ unreadCount: 1 });
  });
});

describe('editing and deleting a note', () => {
  it('are for its author and for moderators', async () => {
    const other = await signInAs(parley, workspace, 'AGENT');
    const { id: messageId } = await note(agent, conversationId, { text: 'Mine' });
    await failWith(other, 'ForbiddenError', EditMessageDocument, { messageId, text: 'Yours' });
    await failWith(other, 'ForbiddenError', DeleteMessageDocument, { messageId });
    expect(await rewrite(agent, messageId, { text: 'Still mine' })).toMatchObject({
      text: 'Still mine',
      visibility: 'INTERNAL',
    });
    await succeed(workspace, DeleteMessageDocument, { messageId });
    expect((await eventsOf(workspace, conversationId)).map(({ type }) => type).slice(-3)).toEqual([
      'note.added',
      'note.updated',
      'note.updated',
    ]);
    await failWith(agent, 'ConflictError', EditMessageDocument, { messageId, text: 'Again' });
  });

  it('leave what is read and unread as it is', async () => {
    await say(workspace, conversationId, { text: 'Two', direction: 'INBOUND' });
    const { id: messageId } = await note(workspace, conversationId, { text: 'Note' });
    const before = await readConversation(agent, conversationId);
    await succeed(workspace, DeleteMessageDocument, { messageId });
    expect(await readConversation(agent, conversationId)).toEqual(before);
  });
});
