import { beforeEach, describe, expect, it } from 'vitest';
import type { UpdateMessageStatusInput } from '../../generated/operations.js';
import { CloseConversationDocument, NodeDocument, UpdateMessageStatusDocument } from '../../generated/operations.js';
import { ask, failWith, succeed } from '../../support/act.js';
import { readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeBot, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';

let conversationId: string;
const parley = useParley();
const workspace = useFreshWorkspace(parley);
beforeEach(async () => {
  conversationId = (await makeContactConversation(workspace)).id;
});

type Input = Omit<UpdateMessageStatusInput, 'messageId'>;

const raise = async (messageId: string, input: Input) =>
  (await succeed(workspace, UpdateMessageStatusDocument, { messageId, ...input })).messageEdge.node;
const updates = async () =>
  (await eventsOf(workspace, conversationId)).filter(({ type }) => type === 'message.updated').length;

describe('updateMessageStatus', () => {
  it('advances the status step by step and logs each step', async () => {
    const { id, status } = await say(workspace, conversationId, { text: 'Hello' });
    expect(status).toBe('PENDING');
    for (const next of ['SENT', 'DELIVERED', 'READ'] as const)
      expect((await raise(id, { status: next })).status).toBe(next);
    const events = (await eventsOf(workspace, conversationId)).slice(-3);
    expect(events).toMatchObject([1, 2, 3].map(() => ({ __typename: 'MessageUpdated', messageId: id })));
  });

  it('changes and logs nothing for an equal or a lower one', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    const delivered = await raise(id, { status: 'DELIVERED' });
    for (const status of ['DELIVERED', 'SENT', 'PENDING', 'FAILED'] as const) {
      expect(await raise(id, { status })).toEqual(delivered);
    }
    expect(await updates()).toBe(1);
  });

  it('fails a pending or sent message with a reason, once', async () => {
    const pending = await say(workspace, conversationId, { text: 'One' });
    const sent = await say(workspace, conversationId, { text: 'Two' });
    await raise(sent.id, { status: 'SENT' });
    for (const { id } of [pending, sent]) {
      const failed = await raise(id, { status: 'FAILED', errorMessage: ' No such number ' });
      expect(failed).toMatchObject({ status: 'FAILED', errorMessage: 'No such number' });
      expect(await raise(id, { status: 'FAILED', errorMessage: 'Another reason' })).toEqual(failed);
      for (const status of ['SENT', 'PENDING'] as const) expect(await raise(id, { status })).toEqual(failed);
    }
    expect(await updates()).toBe(3);
  });

  it.each(['DELIVERED', 'READ'] as const)('knows that a message was not lost once it is %s', async (status) => {
    const inOrder = await say(workspace, conversationId, { text: 'One' });
    const reversed = await say(workspace, conversationId, { text: 'Two' });
    const failed = { status: 'FAILED' as const, errorMessage: 'Timeout' };
    await raise(inOrder.id, { status: 'SENT' });
    await raise(inOrder.id, failed);
    expect(await raise(inOrder.id, { status })).toMatchObject({ status, errorMessage: null });
    await raise(reversed.id, { status });
    expect(await raise(reversed.id, failed)).toMatchObject({ status, errorMessage: null });
  });

  it('fails a message without a reason', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    expect(await raise(id, { status: 'FAILED' })).toMatchObject({ status: 'FAILED', errorMessage: null });
  });

  it('treats an inbound message as delivered, so that it can be read but cannot fail', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello', direction: 'INBOUND' });
    expect((await raise(id, { status: 'FAILED' })).status).toBe('DELIVERED');
    expect((await raise(id, { status: 'READ' })).status).toBe('READ');
  });

  it('changes neither version nor updatedAt of the conversation', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    const before = await readConversation(workspace, conversationId);
    await raise(id, { status: 'READ' });
    expect(await readConversation(workspace, conversationId)).toEqual(before);
  });

  it('works in a closed conversation', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    await succeed(workspace, CloseConversationDocument, { conversationId });
    expect((await raise(id, { status: 'DELIVERED' })).status).toBe('DELIVERED');
  });

  it('logs one change for 20 equal concurrent receipts', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    await Promise.all(Array.from({ length: 20 }, () => raise(id, { status: 'SENT' })));
    expect(await updates()).toBe(1);
  });

  it('ends with the highest of concurrent receipts', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    const receipts = ['SENT', 'READ', 'DELIVERED', 'PENDING'] as const;
    await Promise.all(receipts.map((status) => raise(id, { status })));
    expect(await raise(id, { status: 'PENDING' })).toMatchObject({ status: 'READ' });
  });

  it.each([
    ['a reason without a failure', { status: 'SENT' as const, errorMessage: 'Why' }],
    ['an empty reason', { status: 'FAILED' as const, errorMessage: ' ' }],
    ['a reason of 1001 characters', { status: 'FAILED' as const, errorMessage: 'x'.repeat(1001) }],
  ])('refuses %s', async (_name, input) => {
    const { id } = await say(workspace, conversationId, { text: 'Hello' });
    expect(
      (await failWith(workspace, 'ValidationError', UpdateMessageStatusDocument, { messageId: id, ...input })).issues,
    ).toMatchObject([{ path: ['errorMessage'] }]);
    expect(await updates()).toBe(0);
  });

  it('refuses a malformed id and one of another type', async () => {
    for (const messageId of ['msg_1', conversationId]) {
      expect(
        (await failWith(workspace, 'ValidationError', UpdateMessageStatusDocument, { messageId, status: 'SENT' }))
          .issues,
      ).toMatchObject([{ path: ['messageId'] }]);
    }
  });

  it('returns the same error for a nonexistent message, one of another workspace and a hidden one', async () => {
    const elsewhere = await parley.newWorkspace();
    const foreign = await say(elsewhere, (await makeContactConversation(elsewhere)).id, { text: 'Hello' });
    const owned = await makeConversation(workspace, { ownerId: (await makeUser(workspace)).id });
    const hidden = await say(workspace, owned.id, { text: 'Hello' });
    const bot = parley.connect({ id: workspace.id, apiKey: (await makeBot(workspace)).apiKey });
    const attempt = async (messageId: string) => {
      const { id, ...rest } = await failWith(bot, 'NotFoundError', UpdateMessageStatusDocument, {
        messageId,
        status: 'SENT',
      });
      expect(id).toBe(messageId);
      return rest;
    };
    const unknown = await attempt(unknownId('Message'));
    expect(await attempt(foreign.id)).toEqual(unknown);
    expect(await attempt(hidden.id)).toEqual(unknown);
    const node = await ask(workspace, NodeDocument, { id: hidden.id });
    expect(node).toMatchObject({ __typename: 'Message' });
  });
});
