import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CloseConversationDocument, DeleteMessageDocument, EditMessageDocument } from '../../generated/operations.js';
import { act, failWith, succeed } from '../../support/act.js';
import { messagesOf, readConversation, say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeBot, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';
import { findMessages, readMessage, rewrite } from './support/messages.js';

let asBot: TestWorkspace;
let conversationId: string;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  asBot = parley.connect({ id: workspace.id, apiKey: (await makeBot(workspace)).apiKey });
});
beforeEach(async () => {
  conversationId = (await makeContactConversation(workspace)).id;
});

const updates = async () =>
  (await eventsOf(workspace, conversationId)).filter(({ __typename }) => __typename === 'MessageUpdated');

describe('editMessage', () => {
  it('replaces the text, records when, and logs only the id', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Helo', metadata: { a: 1 } });
    const before = await readConversation(workspace, conversationId);
    expect(await rewrite(workspace, id, { text: 'Hello' })).toMatchObject({
      text: 'Hello',
      content: { type: 'text', text: 'Hello' },
      metadata: { a: 1 },
      seq: 1,
      editedAt: expect.any(String),
      deletedAt: null,
    });
    expect(await updates()).toMatchObject([{ messageId: id }]);
    expect(await readConversation(workspace, conversationId)).toEqual(before);
  });

  it('changes nothing if the message already has this content', async () => {
    const { id } = await say(workspace, conversationId, { content: { type: 'text', text: 'Hi', quickReplies: [] } });
    expect(await rewrite(workspace, id, { text: 'Hi' })).toMatchObject({ editedAt: null });
    const edited = await rewrite(workspace, id, { text: 'Hello' });
    expect(edited.content).toEqual({ type: 'text', text: 'Hello', quickReplies: [] });
    expect(await rewrite(workspace, id, { text: 'Hello' })).toEqual(edited);
    expect(await rewrite(workspace, id, { content: { quickReplies: [], text: 'Hello', type: 'text' } })).toEqual(
      edited,
    );
    expect(await updates()).toHaveLength(1);
  });

  const url = 'https://example.com/a.png';
  it.each([
    ['the caption of an image', { type: 'image', url, caption: 'A' }, { type: 'image', url, caption: 'New' }],
    ['the missing caption of a video', { type: 'video', url }, { type: 'video', url, caption: 'New' }],
    ['nothing in a location', { type: 'location', latitude: 1, longitude: 2 }, null],
    ['the text of a payload of its own', { text: 'A', more: 1 }, { text: 'New', more: 1 }],
    ['nothing in a payload without text', { more: 1 }, null],
  ])('replaces %s if only a text is given', async (_name, content, expected) => {
    const { id } = await say(workspace, conversationId, { content });
    expect(await rewrite(workspace, id, { text: 'New' })).toMatchObject({ text: 'New', content: expected ?? content });
  });

  it('takes the text from content, unless both are given', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    const content = { type: 'image', url, caption: 'Look' };
    expect(await rewrite(workspace, id, { content })).toMatchObject({ text: 'Look', content });
    expect(await rewrite(workspace, id, { content, text: 'See' })).toMatchObject({ text: 'See', content });
    expect(await rewrite(workspace, id, { content: { type: 'image', url } })).toMatchObject({ text: null });
  });

  it('lets a bot edit only its own messages and a key any, even in a closed conversation', async () => {
    const own = await say(asBot, conversationId, { text: 'Beep' });
    const other = await say(workspace, conversationId, { text: 'Hello', direction: 'INBOUND' });
    await succeed(workspace, CloseConversationDocument, { conversationId });
    expect(await rewrite(asBot, own.id, { text: 'Boop' })).toMatchObject({ text: 'Boop' });
    for (const answer of [
      await act(asBot, EditMessageDocument, { messageId: other.id, text: 'x' }),
      await act(asBot, DeleteMessageDocument, { messageId: other.id }),
    ]) {
      expectType(answer, 'ForbiddenError');
    }
    expect(await readMessage(workspace, other.id)).toMatchObject({ text: 'Hello', editedAt: null, deletedAt: null });
    expect(await rewrite(workspace, other.id, { text: 'Hello!' })).toMatchObject({ text: 'Hello!' });
    expect(await updates()).toHaveLength(2);
  });

  it.each([
    ['nothing to say', {}, 'text'],
    ['a text that is null', { text: null }, 'text'],
    ['a text of spaces', { text: ' ' }, 'text'],
    ['content of an unknown type', { content: { type: 'poll' } }, 'content.type'],
    ['content without a field', { content: {} }, 'content'],
  ])('refuses %s', async (_name, input, path) => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    const { issues } = await failWith(workspace, 'ValidationError', EditMessageDocument, { messageId: id, ...input });
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    expect(await updates()).toEqual([]);
  });

  it('refuses a reaction to a message of another conversation', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    const other = await say(workspace, (await makeConversation(workspace)).id, { text: 'Hello' });
    const content = { type: 'reaction', messageId: other.id, emoji: '👍' };
    expect((await failWith(workspace, 'NotFoundError', EditMessageDocument, { messageId: id, content })).id).toBe(
      other.id,
    );
  });

  it('keeps one of many concurrent edits, and logs each that changed the message', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    const texts = ['One', 'Two', 'Three', 'Four'];
    await Promise.all([...texts, ...texts].map((text) => rewrite(workspace, id, { text })));
    const { text, content } = await readMessage(workspace, id);
    expect(texts).toContain(text);
    expect(content).toEqual({ type: 'text', text });
    const count = (await updates()).length;
    expect(count).toBeGreaterThanOrEqual(4);
    expect(count).toBeLessThanOrEqual(8);
  });
});

describe('deleteMessage', () => {
  it('clears the content once, and keeps position, numbers and author', async () => {
    const message = await say(workspace, conversationId, {
      text: 'Secret',
      metadata: { a: 1 },
      direction: 'INBOUND',
      externalId: conversationId,
    });
    await say(workspace, conversationId, { text: 'Next' });
    const before = await readConversation(workspace, conversationId);
    const deleted = (await succeed(workspace, DeleteMessageDocument, { messageId: message.id })).messageEdge.node;
    const { deletedAt } = deleted;
    expect(deletedAt).toEqual(expect.any(String));
    expect(deleted).toEqual({
      ...message,
      text: null,
      content: {},
      metadata: {},
      deletedAt,
      conversation: deleted.conversation,
    });
    expect((await succeed(workspace, DeleteMessageDocument, { messageId: message.id })).messageEdge.node).toEqual(
      deleted,
    );
    expect(await updates()).toMatchObject([{ messageId: message.id }]);
    expect(await readConversation(workspace, conversationId)).toEqual(before);
    expect((await messagesOf(workspace, conversationId)).edges.map(({ node }) => node.seq)).toEqual([1, 2]);
    expect(nodesOf(await findMessages(workspace, { conversationId, search: 'Secret' }))).toEqual([]);
  });

  it('makes the message uneditable', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    await succeed(workspace, DeleteMessageDocument, { messageId: id });
    await failWith(workspace, 'ConflictError', EditMessageDocument, { messageId: id, text: 'Hello again' });
    expect(await readMessage(workspace, id)).toMatchObject({ text: null, content: {}, editedAt: null });
  });

  it('does not let a repeated send store the message again, and neither does an edit', async () => {
    const sent = { text: 'Hello', clientMessageId: 'one', direction: 'INBOUND' } as const;
    const { id } = await say(workspace, conversationId, sent);
    await rewrite(workspace, id, { text: 'Hello!' });
    expect(await say(workspace, conversationId, sent)).toMatchObject({ id, text: 'Hello!' });
    await succeed(workspace, DeleteMessageDocument, { messageId: id });
    expect(await say(workspace, conversationId, sent)).toMatchObject({ id, text: null });
    expect((await messagesOf(workspace, conversationId)).totalCount).toBe(1);
  });

  it('wins over concurrent edits and is logged once', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    const texts = ['One', 'Two', 'Three', 'Four'];
    const [answers] = await Promise.all([
      Promise.all(texts.map((text) => act(workspace, EditMessageDocument, { messageId: id, text }))),
      Promise.all(texts.map(() => succeed(workspace, DeleteMessageDocument, { messageId: id }))),
    ]);
    expect(await readMessage(workspace, id)).toMatchObject({ text: null, content: {}, deletedAt: expect.any(String) });
    const edited = answers.filter(({ __typename }) => __typename === 'EditMessagePayload').length;
    expect(answers.filter(({ __typename }) => __typename === 'ConflictError')).toHaveLength(4 - edited);
    expect(await updates()).toHaveLength(edited + 1);
  });
});

describe('a message the caller cannot see', () => {
  it.each([
    ['editMessage', (messageId: string) => act(asBot, EditMessageDocument, { messageId, text: 'x' })],
    ['deleteMessage', (messageId: string) => act(asBot, DeleteMessageDocument, { messageId })],
  ])('gets the same error from %s, whether it is unknown, foreign or hidden', async (_name, act) => {
    const elsewhere = await parley.newWorkspace();
    const foreign = await say(elsewhere, (await makeConversation(elsewhere)).id, { text: 'Hello' });
    const owned = await makeConversation(workspace, { ownerId: (await makeUser(workspace)).id });
    const hidden = await say(workspace, owned.id, { text: 'Hello' });
    const attempt = async (messageId: string) => {
      const { id, ...rest } = expectType(await act(messageId), 'NotFoundError');
      expect(id).toBe(messageId);
      return rest;
    };
    const unknown = await attempt(unknownId('Message'));
    expect(await attempt(foreign.id)).toEqual(unknown);
    expect(await attempt(hidden.id)).toEqual(unknown);
    expect(await readMessage(workspace, hidden.id)).toMatchObject({ text: 'Hello', deletedAt: null });
    for (const malformed of ['msg_1', conversationId]) {
      expect(expectType(await act(malformed), 'ValidationError').issues).toMatchObject([{ path: ['messageId'] }]);
    }
  });
});
