import { beforeEach, describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  CreateConversationDocument,
  DeleteConversationDocument,
  DeleteMessageDocument,
  MessageDocument,
  SendMessageDocument,
} from '../../generated/operations.js';
import { ask, failWith, succeed } from '../../support/act.js';
import { messagesOf, say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeChannel, makeContact, makeContactConversation, makeConversation } from '../../support/make.js';
import { readMessage, rewrite } from './support/messages.js';

let conversationId: string;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeEach(async () => {
  conversationId = (await makeContactConversation(workspace)).id;
});

describe('a reply', () => {
  it('shows the message it answers in its current state', async () => {
    const question = await say(workspace, conversationId, { text: 'When?' });
    const reply = await say(workspace, conversationId, { text: 'Soon', replyToId: question.id });
    expect(question.replyTo).toBeNull();
    expect(reply.replyTo).toMatchObject({ id: question.id, seq: 1, text: 'When?', deletedAt: null });
    await rewrite(workspace, question.id, { text: 'When exactly?' });
    expect((await readMessage(workspace, reply.id)).replyTo).toMatchObject({ text: 'When exactly?' });
    await succeed(workspace, DeleteMessageDocument, { messageId: question.id });
    expect((await readMessage(workspace, reply.id)).replyTo).toMatchObject({
      id: question.id,
      text: null,
      content: {},
      deletedAt: expect.any(String),
    });
  });

  it('may answer a deleted message', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Wrong' });
    await succeed(workspace, DeleteMessageDocument, { messageId: id });
    const reply = await say(workspace, conversationId, { text: 'What was it?', replyToId: id });
    expect(reply.replyTo).toMatchObject({ id, text: null });
  });

  it('gets the same error for a message of another conversation, of another workspace or a nonexistent one', async () => {
    const elsewhere = await parley.newWorkspace();
    const foreign = await say(elsewhere, (await makeConversation(elsewhere)).id, { text: 'Hello' });
    const other = await say(workspace, (await makeConversation(workspace)).id, { text: 'Hello' });
    const attempt = async (replyToId: string) => {
      const { id, ...rest } = await failWith(workspace, 'NotFoundError', SendMessageDocument, {
        conversationId,
        text: 'Hello',
        replyToId,
      });
      expect(id).toBe(replyToId);
      return rest;
    };
    const unknown = await attempt(unknownId('Message'));
    expect(await attempt(foreign.id)).toEqual(unknown);
    expect(await attempt(other.id)).toEqual(unknown);
    expect((await messagesOf(workspace, conversationId)).totalCount).toBe(0);
  });

  it.each(['msg_1', ''])('refuses the malformed id %j', async (replyToId) => {
    expect(
      (await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId, text: 'Hello', replyToId }))
        .issues,
    ).toMatchObject([{ path: ['replyToId'] }]);
  });

  it('can be sent with createConversation to an existing message', async () => {
    const [channel, contact] = [await makeChannel(workspace), await makeContact(workspace)];
    const input = { channelId: channel.id, contactId: contact.id };
    const { id } = await makeConversation(workspace, input);
    const question = await say(workspace, id, { text: 'When?' });
    const message = { text: 'Soon', replyToId: question.id };
    const returned = await makeConversation(workspace, { ...input, ifExists: 'RETURN', message });
    expect(returned.id).toBe(id);
    expect((await failWith(workspace, 'NotFoundError', CreateConversationDocument, { message })).id).toBe(question.id);
    const newest = (await messagesOf(workspace, id)).edges.at(-1)?.node.id ?? '';
    expect((await readMessage(workspace, newest)).replyTo?.id).toBe(question.id);
  });

  it('that is routed to another conversation is stored without its reference', async () => {
    const question = await say(workspace, conversationId, { text: 'Solved?' });
    await succeed(workspace, CloseConversationDocument, { conversationId });
    const inbound = { direction: 'INBOUND', replyToId: question.id } as const;
    const routed = await say(workspace, conversationId, { text: 'No', ...inbound });
    expect(routed.conversation.id).not.toBe(conversationId);
    expect(routed.replyTo).toBeNull();
    const again = await say(workspace, conversationId, { text: 'No!', ...inbound, replyToId: routed.id });
    expect(again).toMatchObject({ conversation: { id: routed.conversation.id }, replyTo: { id: routed.id } });
    const unknown = { ...inbound, replyToId: unknownId('Message') };
    await failWith(workspace, 'NotFoundError', SendMessageDocument, { conversationId, text: 'No', ...unknown });
  });

  it('and a concurrent deletion of the message it answers both take effect', async () => {
    const questions = await Promise.all(
      Array.from({ length: 8 }, (_, index) => say(workspace, conversationId, { text: `Question ${index}` })),
    );
    const [replies] = await Promise.all([
      Promise.all(questions.map(({ id }) => say(workspace, conversationId, { text: 'Answer', replyToId: id }))),
      Promise.all(questions.map(({ id }) => succeed(workspace, DeleteMessageDocument, { messageId: id }))),
    ]);
    for (const [index, { id }] of replies.entries()) {
      expect((await readMessage(workspace, id)).replyTo).toMatchObject({ id: questions[index]?.id, text: null });
    }
    expect((await messagesOf(workspace, conversationId)).totalCount).toBe(16);
  });

  it('is deleted with its conversation', async () => {
    const first = await say(workspace, conversationId, { text: 'One' });
    const second = await say(workspace, conversationId, { text: 'Two', replyToId: first.id });
    await say(workspace, conversationId, { text: 'Three', replyToId: second.id });
    expect((await succeed(workspace, DeleteConversationDocument, { conversationId })).deletedMessageCount).toBe(3);
    expect(await ask(workspace, MessageDocument, { id: first.id })).toBeNull();
  });
});
