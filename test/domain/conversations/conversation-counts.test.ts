import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ConversationCountsDocument,
  type ConversationCountsQueryVariables,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { useParley } from '../../support/fixtures.js';
import { makeConversation, makeUser } from '../../support/make.js';

const parley = useParley();

describe('conversationCounts', () => {
  it('counts by status, and counts unclosed conversations without assignee as unassigned', async () => {
    const workspace = await parley.newWorkspace();
    const assigneeId = (await makeUser(workspace)).id;
    const made = async (input = {}) => (await makeConversation(workspace, input)).id;
    await made({ tags: ['vip'] });
    await made({ assigneeId, tags: ['vip'] });
    await succeed(workspace, UpdateConversationDocument, { conversationId: await made(), status: 'PENDING' });
    await succeed(workspace, SnoozeConversationDocument, {
      conversationId: await made({ tags: ['vip'] }),
      until: '2999-01-01T00:00:00Z',
    });
    await succeed(workspace, CloseConversationDocument, { conversationId: await made({ tags: ['vip'] }) });
    await succeed(workspace, CloseConversationDocument, { conversationId: await made({ assigneeId }) });

    const counts = async (filter?: ConversationCountsQueryVariables['filter']) =>
      await ask(workspace, ConversationCountsDocument, { filter });
    const all = { open: 2, pending: 1, snoozed: 1, closed: 2, unassigned: 3 };
    expect(await counts()).toMatchObject(all);
    expect(await counts({ status: ['CLOSED'] })).toMatchObject(all);
    expect(await counts({ status: [] })).toMatchObject(all);
    expect(await counts({ tags: ['vip'] })).toMatchObject({
      open: 2,
      pending: 0,
      snoozed: 1,
      closed: 1,
      unassigned: 2,
    });
    expect(await counts({ assigneeId })).toMatchObject({ open: 1, pending: 0, snoozed: 0, closed: 1, unassigned: 0 });
    expect(await counts({ tags: [] })).toMatchObject({ open: 0, pending: 0, snoozed: 0, closed: 0, unassigned: 0 });
  });

  it('counts nothing of another workspace', async () => {
    const { run } = await parley.newWorkspace();
    const { conversationCounts } = await run(ConversationCountsDocument, {});
    expect(conversationCounts).toMatchObject({ open: 0, pending: 0, snoozed: 0, closed: 0, unassigned: 0 });
  });
});
