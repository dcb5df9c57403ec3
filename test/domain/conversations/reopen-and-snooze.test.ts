import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ReopenConversationDocument,
  SendMessageDocument,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContactConversation, makeConversation } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { eventTypes, lastEvent, snapshot } from './support/history.js';

const parley = useParley();
const workspace = useWorkspace(parley);

const until = '2999-01-01T00:00:00.000Z';

describe('reopenConversation', () => {
  it('opens a closed conversation and removes its closure, which the log keeps', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, {
      conversationId: id,
      reason: 'Done',
      resolution: 'RESOLVED',
      notes: 'n',
    });
    const answer = await act(workspace, ReopenConversationDocument, { conversationId: id });
    expect(answer).toMatchObject({
      __typename: 'ReopenConversationPayload',
      conversation: { status: 'OPEN', closure: null, version: 3 },
    });
    const event = await lastEvent(workspace, id);
    const { reopening } = await readConversation(workspace, id);
    expect(reopening).toEqual({ at: event.occurredAt, by: { id: event.actor.id, name: event.actor.name } });
    expect(await eventTypes(workspace, id)).toEqual([
      'conversation.created',
      'conversation.closed',
      'conversation.reopened',
    ]);
    const { history } = await snapshot(workspace, id);
    expect(nodesOf(history?.events)[1]).toMatchObject({
      closure: { reason: 'Done', resolution: 'RESOLVED', notes: 'n' },
    });
  });

  it('opens a snoozed and a pending conversation', async () => {
    const snoozed = await makeConversation(workspace);
    await succeed(workspace, SnoozeConversationDocument, { conversationId: snoozed.id, until });
    const woken = await act(workspace, ReopenConversationDocument, { conversationId: snoozed.id });
    expect(woken).toMatchObject({ conversation: { status: 'OPEN', snoozedUntil: null, reopening: null, version: 3 } });
    expect(await lastEvent(workspace, snoozed.id)).toMatchObject({ type: 'conversation.woken' });
    const pending = await makeConversation(workspace);
    await succeed(workspace, UpdateConversationDocument, { conversationId: pending.id, status: 'PENDING' });
    const opened = await act(workspace, ReopenConversationDocument, { conversationId: pending.id });
    expect(opened).toMatchObject({ conversation: { status: 'OPEN', reopening: null, version: 3 } });
    expect(await lastEvent(workspace, pending.id)).toMatchObject({ type: 'conversation.updated' });
  });

  it('refuses an open conversation', async () => {
    const { id } = await makeConversation(workspace);
    const before = await snapshot(workspace, id);
    const answer = await act(workspace, ReopenConversationDocument, { conversationId: id });
    expect(answer).toMatchObject({ __typename: 'InvalidTransitionError', from: 'OPEN', to: 'OPEN' });
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('succeeds for one of many concurrent requests', async () => {
    const { id } = await makeContactConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => act(workspace, ReopenConversationDocument, { conversationId: id })),
    );
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual([...Array(9).fill('InvalidTransitionError'), 'ReopenConversationPayload']);
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', version: 3 });
  });
});

describe('snoozeConversation', () => {
  it.each(['OPEN', 'PENDING'] as const)('snoozes a conversation that is %s, and logs until when', async (status) => {
    const { id, version } = await makeConversation(workspace);
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, status });
    const answer = await act(workspace, SnoozeConversationDocument, {
      conversationId: id,
      until: '2999-01-01T01:00:00+01:00',
    });
    const expected = version + (status === 'OPEN' ? 1 : 2);
    expect(answer).toMatchObject({ conversation: { status: 'SNOOZED', snoozedUntil: until, version: expected } });
    expect(await lastEvent(workspace, id)).toMatchObject({ type: 'conversation.snoozed', until });
  });

  it('gives a snoozed conversation a new time, and logs nothing for the same time', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
    const before = await snapshot(workspace, id);
    expect(await act(workspace, SnoozeConversationDocument, { conversationId: id, until })).toMatchObject({
      conversation: { version: 2 },
    });
    expect(await snapshot(workspace, id)).toEqual(before);
    const sooner = '2998-01-01T00:00:00.000Z';
    const answer = await act(workspace, SnoozeConversationDocument, { conversationId: id, until: sooner });
    expect(answer).toMatchObject({ conversation: { snoozedUntil: sooner, version: 3 } });
    expect(await eventTypes(workspace, id)).toEqual([
      'conversation.created',
      'conversation.snoozed',
      'conversation.snoozed',
    ]);
  });

  it("is undone by a customer's message, logged as status change before message", async () => {
    const { id, contact } = await makeContactConversation(workspace);
    await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Not by me', direction: 'OUTBOUND' });
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'SNOOZED', snoozedUntil: until });
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Hello?', direction: 'INBOUND' });
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', snoozedUntil: null, version: 3 });
    const { history } = await snapshot(workspace, id);
    expect(nodesOf(history?.events).slice(-2)).toMatchObject([
      { type: 'conversation.woken', actor: { id: contact?.id } },
      { type: 'message.added', actor: { id: contact?.id }, seq: 2 },
    ]);
  });

  it('is undone once by many concurrent customer messages', async () => {
    const { id } = await makeContactConversation(workspace);
    await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
    await Promise.all(
      Array.from({ length: 8 }, () =>
        act(workspace, SendMessageDocument, { conversationId: id, text: 'Hi', direction: 'INBOUND' }),
      ),
    );
    const types = await eventTypes(workspace, id);
    expect(types.filter((type) => type === 'conversation.woken')).toHaveLength(1);
    expect(types.filter((type) => type === 'message.added')).toHaveLength(8);
  });

  it('refuses a malformed time and one that is not in the future', async () => {
    const { id } = await makeConversation(workspace);
    const before = await snapshot(workspace, id);
    const past = await act(workspace, SnoozeConversationDocument, {
      conversationId: id,
      until: new Date(Date.now() - 1000).toISOString(),
    });
    expect(past).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['until'] }] });
    const mutation = 'mutation($input: SnoozeConversationInput!) { snoozeConversation(input: $input) { __typename } }';
    for (const malformed of ['tomorrow', '2999-01-01', '2999-02-30T00:00:00Z', '2999-01-01T00:00:00', 5, null]) {
      const { body } = await workspace.post(mutation, { input: { conversationId: id, until: malformed } });
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    }
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
