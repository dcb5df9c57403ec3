import { describe, expect, it } from 'vitest';
import { z } from 'zod';
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
import type { TestWorkspace } from '../../support/parley.js';

const parley = useParley();

async function countsOf({ post }: TestWorkspace, filter: string, fields: string[]): Promise<Record<string, number>> {
  const { body } = await post(`{ conversationCounts${filter} { ${fields.join(' ')} } }`);
  expect(body.errors).toBeUndefined();
  return z.object({ conversationCounts: z.record(z.string(), z.number()) }).parse(body.data).conversationCounts;
}

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

  it('counts the same whichever numbers are asked for together', async () => {
    const workspace = await parley.newWorkspace();
    const assigneeId = (await makeUser(workspace)).id;
    for (const input of [{}, {}, { assigneeId }, { subject: 'VIP' }]) {
      const { id } = await makeConversation(workspace, { ...input, tags: ['vip'] });
      if (!('subject' in input)) await makeConversation(workspace, input);
      if ('assigneeId' in input) await succeed(workspace, CloseConversationDocument, { conversationId: id });
    }
    const fields = ['open', 'pending', 'snoozed', 'closed', 'unassigned'];
    for (const filter of ['', '(filter: { search: "vip" })']) {
      const all = await countsOf(workspace, filter, fields);
      for (let subset = 1; subset < 2 ** fields.length; subset += 1) {
        const some = fields.filter((_field, index) => (subset >> index) & 1);
        const expected = Object.fromEntries(some.map((field) => [field, all[field]]));
        expect(await countsOf(workspace, filter, some)).toEqual(expected);
      }
    }
    expect(await countsOf(workspace, '', fields)).toEqual({
      open: 6,
      pending: 0,
      snoozed: 0,
      closed: 1,
      unassigned: 5,
    });
  });

  it('counts nothing of another workspace', async () => {
    const { run } = await parley.newWorkspace();
    const { conversationCounts } = await run(ConversationCountsDocument, {});
    expect(conversationCounts).toMatchObject({ open: 0, pending: 0, snoozed: 0, closed: 0, unassigned: 0 });
  });
});
