import { describe, expect, it } from 'vitest';
import {
  AssignConversationsDocument,
  CloseConversationDocument,
  ConversationCountsDocument,
  TagConversationsDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { useParley } from '../../support/fixtures.js';
import { eventsOf, makeBot, makeConversation, makeUser } from '../../support/make.js';
import { expectType } from '../../support/parley.js';

const parley = useParley();

const unknown = 'conv_01m7vsjre0etav49ct08b4yvc5';

describe('assignConversations', () => {
  it('assigns each conversation separately and reports why one was not assigned', async () => {
    const workspace = await parley.newWorkspace();
    const user = await makeUser(workspace);
    const open = await makeConversation(workspace);
    const closed = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    const payload = await succeed(workspace, AssignConversationsDocument, {
      conversationIds: [open.id, closed.id, unknown, open.id],
      assigneeId: user.id,
    });
    expect(payload.assignedCount).toBe(1);
    expect(payload.results.map(({ id, error }) => [id, error?.code ?? null])).toEqual([
      [open.id, null],
      [closed.id, 'INVALID_TRANSITION'],
      [unknown, 'NOT_FOUND'],
    ]);
    const types = (await eventsOf(workspace, open.id)).map(({ type }) => type);
    expect(types).toEqual(['conversation.created', 'participant.joined', 'conversation.assigned']);
  });

  it('refuses a foreign assignee and 101 conversations', async () => {
    const workspace = await parley.newWorkspace();
    const stranger = await makeUser(await parley.newWorkspace());
    const { id } = await makeConversation(workspace);
    const foreign = await workspace.run(AssignConversationsDocument, {
      input: { conversationIds: [id], assigneeId: stranger.id },
    });
    expectType(foreign.assignConversations, 'NotFoundError');
    const many = await workspace.run(AssignConversationsDocument, {
      input: { conversationIds: Array.from({ length: 101 }, () => id), assigneeId: null },
    });
    const { issues } = expectType(many.assignConversations, 'ValidationError');
    expect(issues[0]?.path).toEqual(['conversationIds']);
  });
});

describe('tagConversations', () => {
  it('adds and removes tags, and logs only actual changes', async () => {
    const workspace = await parley.newWorkspace();
    const tagged = await makeConversation(workspace, { tags: ['a', 'b'] });
    const plain = await makeConversation(workspace, { tags: ['c'] });
    const input = { conversationIds: [tagged.id, plain.id], add: ['c'], remove: ['a', 'zzz'] };
    const { results, taggedCount } = await succeed(workspace, TagConversationsDocument, input);
    expect(taggedCount).toBe(2);
    expect(results.map(({ conversation }) => conversation?.tags)).toEqual([['b', 'c'], ['c']]);
    const changed = (await eventsOf(workspace, tagged.id)).at(-1);
    expect(changed).toMatchObject({ changes: [{ field: 'tags', from: ['a', 'b'], to: ['b', 'c'] }] });
    expect((await eventsOf(workspace, plain.id)).map(({ type }) => type)).toEqual(['conversation.created']);
  });

  it('refuses more than 50 tags, for the affected conversation only', async () => {
    const workspace = await parley.newWorkspace();
    const full = await makeConversation(workspace, { tags: Array.from({ length: 50 }, (_, index) => `t${index}`) });
    const empty = await makeConversation(workspace);
    const { results } = await succeed(workspace, TagConversationsDocument, {
      conversationIds: [full.id, empty.id],
      add: ['one more'],
    });
    expect(results.map(({ error }) => error?.code ?? null)).toEqual(['VALIDATION_FAILED', null]);
  });
});

describe('conversationCounts', () => {
  it('counts open conversations by assignee, busiest first', async () => {
    const workspace = await parley.newWorkspace();
    const user = await makeUser(workspace);
    const bot = await makeBot(workspace);
    for (const assigneeId of [user.id, user.id, user.id, bot.id, bot.id])
      await makeConversation(workspace, { assigneeId });
    await makeConversation(workspace);
    const conversationCounts = await ask(workspace, ConversationCountsDocument, {});
    expect(conversationCounts.byAssignee).toEqual([
      { assignee: { id: user.id }, active: 3 },
      { assignee: { id: bot.id }, active: 2 },
      { assignee: null, active: 1 },
    ]);
    expect(conversationCounts).toMatchObject({ open: 6, closed: 0, unassigned: 1 });
  });
});
