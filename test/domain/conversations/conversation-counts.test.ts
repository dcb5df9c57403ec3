import { describe, expect, it } from 'vitest';
import * as operations from '../../generated/operations.js';
import { useParley } from '../../support/fixtures.js';
import { makeConversation, makeUser } from '../../support/make.js';
import { close, snooze, update } from './support/act.js';

const parley = useParley();

describe('conversationCounts', () => {
  it('counts by status, and as unassigned those that are not closed', async () => {
    const workspace = await parley.newWorkspace();
    const assigneeId = (await makeUser(workspace)).id;
    const made = async (input = {}) => (await makeConversation(workspace, input)).id;
    await made({ tags: ['vip'] });
    await made({ assigneeId, tags: ['vip'] });
    await update(workspace, { conversationId: await made(), status: 'PENDING' });
    await snooze(workspace, { conversationId: await made({ tags: ['vip'] }), until: '2999-01-01T00:00:00Z' });
    await close(workspace, { conversationId: await made({ tags: ['vip'] }) });
    await close(workspace, { conversationId: await made({ assigneeId }) });

    const counts = async (filter?: operations.ConversationCountsQueryVariables['filter']) =>
      (await workspace.run(operations.ConversationCountsDocument, { filter })).conversationCounts;
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
    const { conversationCounts } = await run(operations.ConversationCountsDocument, {});
    expect(conversationCounts).toMatchObject({ open: 0, pending: 0, snoozed: 0, closed: 0, unassigned: 0 });
  });
});
