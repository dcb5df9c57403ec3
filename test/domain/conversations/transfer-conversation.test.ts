import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ConversationPageDocument,
  TransferConversationDocument,
  type TransferConversationInput,
} from '../../generated/operations.js';
import { act, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeBot, makeContact, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { eventTypes, lastEvent, snapshot } from './support/history.js';

const parley = useParley();
const workspace = useWorkspace(parley);

type Details = Partial<TransferConversationInput>;

async function transferred(conversationId: string, toAssigneeId: string, details: Details = {}) {
  return (await succeed(workspace, TransferConversationDocument, { conversationId, toAssigneeId, ...details }))
    .conversation;
}

describe('transferConversation', () => {
  it('records from, to, reason and summary in the conversation and in the log', async () => {
    const [ada, ben] = [await makeUser(workspace, 'Ada'), await makeUser(workspace, 'Ben')];
    const { id, version } = await makeConversation(workspace, { assigneeId: ada.id });
    const details = { reason: ' Speaks French ', summary: 'Wants a refund' };
    const conversation = await transferred(id, ben.id, details);
    expect(conversation).toMatchObject({ assignee: { id: ben.id }, assignment: { note: null }, version: version + 1 });
    const kept = { from: { id: ada.id }, to: { id: ben.id }, reason: 'Speaks French', summary: 'Wants a refund' };
    const event = await lastEvent(workspace, id);
    expect(event).toMatchObject({ type: 'conversation.transferred', transfer: kept });
    const { history } = await snapshot(workspace, id);
    expect(history?.transfers).toEqual([{ ...kept, at: event.occurredAt, by: { id: event.actor.id } }]);
    expect((await eventTypes(workspace, id)).slice(-2)).toEqual(['participant.joined', 'conversation.transferred']);
  });

  it('lists every transfer, oldest first, starting from nobody, even once closed', async () => {
    const [ada, bot] = [await makeUser(workspace), await makeBot(workspace)];
    const { id } = await makeConversation(workspace);
    await transferred(id, ada.id);
    expect(await transferred(id, bot.id)).toMatchObject({ bot: { id: bot.id }, botActive: true });
    expect(await transferred(id, ada.id)).toMatchObject({ bot: { id: bot.id }, botActive: false });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const { history } = await snapshot(workspace, id);
    expect(history?.transfers).toMatchObject([
      { from: null, to: { id: ada.id }, reason: null, summary: null },
      { from: { id: ada.id }, to: { id: bot.id } },
      { from: { id: bot.id }, to: { id: ada.id } },
    ]);
    expect(await eventTypes(workspace, id)).toEqual([
      'conversation.created',
      'participant.joined',
      'conversation.transferred',
      'participant.joined',
      'conversation.transferred',
      'conversation.transferred',
      'conversation.closed',
    ]);
  });

  it('tells the contact by a system message after the transfer with notifyContact', async () => {
    const ben = await makeUser(workspace, 'Ben');
    const contact = await makeContact(workspace);
    const { id, version } = await makeConversation(workspace, { contactId: contact.id });
    const conversation = await transferred(id, ben.id, { notifyContact: true });
    expect(conversation).toMatchObject({ messageCount: 1, unreadCount: 0, version: version + 1 });
    const page = await workspace.run(ConversationPageDocument, { id });
    expect(nodesOf(page.conversation?.messages)).toMatchObject([
      { seq: 1, direction: 'OUTBOUND', author: { __typename: 'System', name: 'System' } },
    ]);
    expect(nodesOf(page.conversation?.messages)[0]?.text).toContain('Ben');
    expect((await eventTypes(workspace, id)).slice(-2)).toEqual(['conversation.transferred', 'message.added']);
    expect(await lastEvent(workspace, id)).toMatchObject({ actor: { __typename: 'System' }, seq: 1 });
  });

  it('refuses the current assignee', async () => {
    const ada = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { assigneeId: ada.id });
    const before = await snapshot(workspace, id);
    const answer = await act(workspace, TransferConversationDocument, {
      conversationId: id,
      toAssigneeId: ada.id,
      summary: 'x',
    });
    expect(answer).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT' });
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('does not find an unknown or foreign user or bot', async () => {
    const { id } = await makeConversation(workspace);
    const before = await snapshot(workspace, id);
    const foreign = await makeUser(await parley.newWorkspace());
    for (const toAssigneeId of [unknownId('User'), foreign.id]) {
      const answer = await act(workspace, TransferConversationDocument, { conversationId: id, toAssigneeId });
      const message = 'No such user. Check the id and the workspace of your key or token.';
      expect(answer).toMatchObject({ __typename: 'NotFoundError', message, id: toAssigneeId });
    }
    const answer = await act(workspace, TransferConversationDocument, {
      conversationId: id,
      toAssigneeId: unknownId('Bot'),
    });
    expect(answer.__typename).toBe('NotFoundError');
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('refuses invalid input and names the path', async () => {
    const { id } = await makeConversation(workspace);
    const toAssigneeId = (await makeUser(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const before = await snapshot(workspace, id);
    const cases = [
      [{ toAssigneeId: 'ada' }, 'toAssigneeId'],
      [{ toAssigneeId: contactId }, 'toAssigneeId'],
      [{ toAssigneeId, reason: 'x'.repeat(1001) }, 'reason'],
      [{ toAssigneeId, summary: 'x'.repeat(10_001) }, 'summary'],
      [{ toAssigneeId, summary: ' ' }, 'summary'],
    ] as const;
    for (const [input, path] of cases) {
      const answer = await act(workspace, TransferConversationDocument, { conversationId: id, ...input });
      expect(answer).toMatchObject({ __typename: 'ValidationError', issues: [{ path: [path] }] });
    }
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
