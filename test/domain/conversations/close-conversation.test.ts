import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  CloseConversationsDocument,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeBot, makeConversation } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { eventTypes, lastEvent, snapshot } from './support/history.js';

const parley = useParley();
const secondServer = useParley({});
const workspace = useWorkspace(parley);

const details = { reason: ' Settled ', resolution: 'RESOLVED', notes: 'Sent a voucher' } as const;
const kept = { reason: 'Settled', resolution: 'RESOLVED', notes: 'Sent a voucher' };

describe('closeConversation', () => {
  it('records who closed it, why and how, and logs it', async () => {
    const bot = await makeBot(workspace);
    const { id } = await makeConversation(workspace);
    const asBot = parley.connect({ ...workspace, apiKey: bot.apiKey });
    const answer = await act(asBot, CloseConversationDocument, { conversationId: id, ...details });
    expect(answer).toMatchObject({
      __typename: 'CloseConversationPayload',
      conversation: { id, status: 'CLOSED', version: 2, closure: { ...kept, by: { id: bot.id } } },
    });
    const event = await lastEvent(workspace, id);
    expect(event).toMatchObject({ type: 'conversation.closed', actor: { id: bot.id }, closure: kept });
    const { closure, updatedAt } = await readConversation(workspace, id);
    expect(closure?.at).toBe(event.occurredAt);
    expect(updatedAt).toBe(event.occurredAt);
  });

  it('closes a pending and a snoozed conversation, which then no longer wakes', async () => {
    const pending = await makeConversation(workspace);
    await succeed(workspace, UpdateConversationDocument, { conversationId: pending.id, status: 'PENDING' });
    const snoozed = await makeConversation(workspace);
    await succeed(workspace, SnoozeConversationDocument, { conversationId: snoozed.id, until: '2999-01-01T00:00:00Z' });
    for (const { id } of [pending, snoozed]) {
      const answer = await act(workspace, CloseConversationDocument, { conversationId: id });
      expect(answer).toMatchObject({ conversation: { status: 'CLOSED', snoozedUntil: null, version: 3 } });
      expect(await lastEvent(workspace, id)).toHaveProperty('closure', { reason: null, resolution: null, notes: null });
    }
  });

  it('refuses a closed conversation and keeps its closure', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id, ...details });
    const before = await snapshot(workspace, id);
    const answer = await act(workspace, CloseConversationDocument, { conversationId: id, reason: 'Again' });
    expect(answer).toMatchObject({ __typename: 'InvalidTransitionError', from: 'CLOSED', to: 'CLOSED' });
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('succeeds for one of 20 concurrent requests', async () => {
    const { id } = await makeConversation(workspace);
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        act(clients[index % 2] ?? workspace, CloseConversationDocument, { conversationId: id, reason: `${index}` }),
      ),
    );
    const won = answers.filter((answer) => answer.__typename === 'CloseConversationPayload');
    expect(won).toHaveLength(1);
    const lost = answers.filter((answer) => answer.__typename === 'InvalidTransitionError');
    expect(lost.map(({ from, to }) => `${from}→${to}`)).toEqual(Array(19).fill('CLOSED→CLOSED'));
    expect(await readConversation(workspace, id)).toMatchObject({ closure: won[0]?.conversation.closure, version: 2 });
    expect(await eventTypes(workspace, id)).toEqual(['conversation.created', 'conversation.closed']);
  });

  it.each([
    ['reason', { reason: ' ' }],
    ['reason', { reason: 'x'.repeat(1001) }],
    ['notes', { notes: 'x'.repeat(10_001) }],
  ])('refuses an invalid %s and changes nothing', async (path, input) => {
    const { id } = await makeConversation(workspace);
    const answer = await act(workspace, CloseConversationDocument, { conversationId: id, ...input });
    expect(answer).toMatchObject({ __typename: 'ValidationError', issues: [{ path: [path] }] });
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', version: 1 });
  });
});

describe('closeConversations by ids', () => {
  it('closes what it can and reports why not for the others, in the requested order', async () => {
    const foreign = await makeConversation(await parley.newWorkspace());
    const unknown = unknownId('Conversation');
    const closed = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id, reason: 'Earlier' });
    const [first, second] = [await makeConversation(workspace), await makeConversation(workspace)];
    const conversationIds = [second.id, unknown, closed.id, first.id, foreign.id, second.id];
    const answer = await succeed(workspace, CloseConversationsDocument, {
      conversationIds,
      resolution: 'SPAM',
      reason: 'Cleaning up',
    });
    const message = 'No such conversation. Check the id and the workspace of your key or token.';
    expect(answer.closedCount).toBe(2);
    expect(answer.results).toMatchObject([
      { id: second.id, conversation: { id: second.id, status: 'CLOSED' }, error: null },
      { id: unknown, conversation: null, error: { code: 'NOT_FOUND', message } },
      { id: closed.id, conversation: { id: closed.id, status: 'CLOSED' }, error: { code: 'INVALID_TRANSITION' } },
      { id: first.id, conversation: { id: first.id, status: 'CLOSED' }, error: null },
      { id: foreign.id, conversation: null, error: { code: 'NOT_FOUND', message } },
    ]);
    for (const { id } of [first, second]) {
      expect(await readConversation(workspace, id)).toMatchObject({
        version: 2,
        closure: { reason: 'Cleaning up', resolution: 'SPAM', notes: null },
      });
      expect(await eventTypes(workspace, id)).toEqual(['conversation.created', 'conversation.closed']);
    }
    expect(await eventsOf(workspace, closed.id)).toHaveLength(2);
  });

  it('closes each conversation once for concurrent requests with overlapping lists', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, async () => (await makeConversation(workspace)).id));
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) => {
        const conversationIds = [...ids.slice(index), ...ids.slice(0, index)];
        return act(clients[index % 2] ?? workspace, CloseConversationsDocument, {
          conversationIds: index % 3 ? conversationIds : conversationIds.reverse(),
        });
      }),
    );
    const payloads = answers.map((answer) => expectType(answer, 'CloseConversationsPayload'));
    expect(payloads.reduce((sum, { closedCount }) => sum + closedCount, 0)).toBe(ids.length);
    for (const id of ids)
      expect(await eventTypes(workspace, id)).toEqual(['conversation.created', 'conversation.closed']);
  });

  it('closes nothing for an empty list', async () => {
    expect(await act(workspace, CloseConversationsDocument, { conversationIds: [] })).toEqual({
      __typename: 'CloseConversationsPayload',
      closedCount: 0,
      results: [],
    });
  });

  const ids = (count: number) => Array.from({ length: count }, () => unknownId('Conversation'));
  it.each([
    ['101 ids', ['conversationIds'], { conversationIds: ids(101) }],
    ['a malformed id', ['conversationIds', '1'], { conversationIds: [...ids(1), 'conv_x'] }],
    ['neither ids nor a client key', ['conversationIds'], { reason: 'x' }],
    [
      'both ids and a client key',
      ['conversationIds'],
      { conversationIds: ids(1), client: { bot: 'b', user: 'u', channel: 'c' } },
    ],
    ['ids null', ['conversationIds'], { conversationIds: null }],
  ])('refuses %s', async (_name, path, input) => {
    expect(await act(workspace, CloseConversationsDocument, input)).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path }],
    });
  });
});
