import { describe, expect, it } from 'vitest';
import type { UpdateConversationMutationVariables } from '../../generated/operations.js';
import { CloseConversationDocument, UpdateConversationDocument } from '../../generated/operations.js';
import { act, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { eventsOf, makeConversation } from '../../support/make.js';
import { lastEvent, snapshot } from './support/history.js';

type Changes = Omit<UpdateConversationMutationVariables['input'], 'conversationId'>;

const parley = useParley();
const workspace = useWorkspace(parley);

async function change(conversationId: string, changes: Changes) {
  return (await succeed(workspace, UpdateConversationDocument, { conversationId, ...changes })).conversation;
}

const until = '2999-01-01T00:00:00.000Z';
const later = '2999-01-02T00:00:00.000Z';

describe('updateConversation with a status', () => {
  it('moves between OPEN and PENDING as a change of the status field', async () => {
    const { id } = await makeConversation(workspace);
    expect(await change(id, { status: 'PENDING' })).toMatchObject({ status: 'PENDING', version: 2 });
    const toPending = await lastEvent(workspace, id);
    expect(toPending).toMatchObject({
      type: 'conversation.updated',
      changes: [{ field: 'status', from: 'OPEN', to: 'PENDING' }],
    });
    expect(await change(id, { status: 'OPEN' })).toMatchObject({ status: 'OPEN', reopening: null, version: 3 });
    expect(await lastEvent(workspace, id)).toHaveProperty('changes', [
      { field: 'status', from: 'PENDING', to: 'OPEN' },
    ]);
  });

  it('snoozes, changes the time and wakes, with the events of those transitions', async () => {
    const { id } = await makeConversation(workspace);
    const snoozed = await change(id, { status: 'SNOOZED', snoozedUntil: until });
    expect(snoozed).toMatchObject({ status: 'SNOOZED', snoozedUntil: until, version: 2 });
    expect(await lastEvent(workspace, id)).toMatchObject({ type: 'conversation.snoozed', until });
    expect(await change(id, { snoozedUntil: later })).toMatchObject({ snoozedUntil: later, version: 3 });
    expect(await lastEvent(workspace, id)).toMatchObject({ type: 'conversation.snoozed', until: later });
    const woken = await change(id, { status: 'OPEN' });
    expect(woken).toMatchObject({ status: 'OPEN', snoozedUntil: null, version: 4 });
    expect(await lastEvent(workspace, id)).toMatchObject({ type: 'conversation.woken' });
  });

  it('closes, and reopens by removing the closure', async () => {
    const { id } = await makeConversation(workspace);
    const closed = await change(id, { status: 'CLOSED' });
    expect(closed).toMatchObject({ status: 'CLOSED', closure: { reason: null, resolution: null }, version: 2 });
    expect(await lastEvent(workspace, id)).toMatchObject({
      type: 'conversation.closed',
      closure: { reason: null, resolution: null, notes: null },
    });
    const reopened = await change(id, { status: 'OPEN' });
    expect(reopened).toMatchObject({ status: 'OPEN', closure: null, version: 3 });
    expect(reopened.reopening).not.toBeNull();
    expect(await lastEvent(workspace, id)).toMatchObject({ type: 'conversation.reopened' });
  });

  it.each(['OPEN', 'PENDING', 'SNOOZED', 'CLOSED'] as const)(
    'changes and logs nothing if the conversation is already %s',
    async (status) => {
      const { id } = await makeConversation(workspace);
      const changes = { status, ...(status === 'SNOOZED' ? { snoozedUntil: until } : {}) };
      await change(id, changes);
      const before = await snapshot(workspace, id);
      await change(id, { status });
      await change(id, changes);
      expect(await snapshot(workspace, id)).toEqual(before);
    },
  );

  it('logs the transition before the other changes, as one version', async () => {
    const { id } = await makeConversation(workspace);
    expect(await change(id, { status: 'CLOSED', tags: ['done'] })).toMatchObject({ version: 2, tags: ['done'] });
    const events = (await eventsOf(workspace, id)).slice(1);
    expect(events).toMatchObject([
      { type: 'conversation.closed' },
      { type: 'conversation.updated', changes: [{ field: 'tags', from: [], to: ['done'] }] },
    ]);
  });

  it('changes nothing else if the transition is refused', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const before = await snapshot(workspace, id);
    const answer = await act(workspace, UpdateConversationDocument, {
      conversationId: id,
      status: 'PENDING',
      subject: 'x',
      tags: ['x'],
    });
    expect(answer).toMatchObject({ __typename: 'InvalidTransitionError', from: 'CLOSED', to: 'PENDING' });
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
