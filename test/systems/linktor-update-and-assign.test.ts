import { beforeEach, describe, expect, it } from 'vitest';
import { ConversationHistoryDocument, CreateWebhookEndpointDocument, ViewerDocument } from '../generated/operations.js';
import { act, ask } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { eventsOf, makeBot, makeContactConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { expectType } from '../support/parley.js';
import { linktorClient } from './support/linktor-client.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const workspace = useFreshWorkspace(useParley({ clock: clock.now }));
const linktor = linktorClient(workspace);

/** The key that all of it is done with: the user_456 of the page. */
let me: { id: string; name: string };
beforeEach(async () => {
  me = (await ask(workspace, ViewerDocument, {})).actor;
});

const unknown = unknownId('Conversation');

describe('Update Conversation', () => {
  it('merges metadata, replaces tags, and sets priority and status', async () => {
    const { id } = await makeContactConversation(workspace, {
      metadata: { source: 'website' },
      tags: ['vip', 'order-issue'],
    });
    const at = clock.tick();
    const metadata = { escalationReason: 'customer_request' };
    const input = { conversationId: id, priority: 'HIGH' as const, metadata, tags: ['vip', 'escalated'] };
    expect(expectType(await linktor.update(input), 'UpdateConversationPayload').conversation).toMatchObject({
      id,
      status: 'OPEN',
      priority: 'HIGH',
      metadata: { source: 'website', escalationReason: 'customer_request' },
      tags: ['vip', 'escalated'],
      updatedAt: at,
    });
    const snoozedUntil = '2999-01-01T00:00:00.000Z';
    for (const move of [{ status: 'PENDING' }, { status: 'SNOOZED', snoozedUntil }, { status: 'CLOSED' }] as const) {
      const { conversation } = expectType(
        await linktor.update({ conversationId: id, ...move }),
        'UpdateConversationPayload',
      );
      expect(conversation).toMatchObject(move);
    }
    const again = await linktor.update({ conversationId: id, status: 'PENDING' });
    expect(again).toMatchObject({ __typename: 'InvalidTransitionError', from: 'CLOSED', to: 'PENDING' });
    expect(expectType(await linktor.update({ conversationId: unknown, tags: [] }), 'NotFoundError').id).toBe(unknown);
  });
});

describe('Close Conversation', () => {
  it('accepts reason, resolution and notes, and returns status, closedAt, closedBy, resolution and closureReason', async () => {
    const { id } = await makeContactConversation(workspace);
    const closedAt = clock.tick();
    const details = { reason: 'Issue resolved', notes: 'Customer was happy with the refund' };
    const answer = await linktor.close({ conversationId: id, resolution: 'RESOLVED', ...details });
    expect(expectType(answer, 'CloseConversationPayload').conversation).toMatchObject({
      id,
      status: 'CLOSED',
      closure: { at: closedAt, by: { id: me.id, name: me.name }, resolution: 'RESOLVED', ...details },
    });
  });

  it.each(['RESOLVED', 'UNRESOLVED', 'SPAM'] as const)('accepts the resolution %s, or none', async (resolution) => {
    const [one, other] = [await makeContactConversation(workspace), await makeContactConversation(workspace)];
    const closed = await linktor.close({ conversationId: one.id, resolution });
    expect(closed).toMatchObject({ conversation: { closure: { resolution, reason: null, notes: null } } });
    expect(await linktor.close({ conversationId: other.id })).toMatchObject({
      conversation: { closure: { resolution: null } },
    });
  });

  it('returns NotFoundError if it does not exist, and InvalidTransitionError if it is closed', async () => {
    expect(expectType(await linktor.close({ conversationId: unknown }), 'NotFoundError').id).toBe(unknown);
    const { id } = await makeContactConversation(workspace);
    await linktor.close({ conversationId: id });
    expect(expectType(await linktor.close({ conversationId: id }), 'InvalidTransitionError').from).toBe('CLOSED');
  });
});

describe('Reopen Conversation', () => {
  it('returns status, reopenedAt and reopenedBy', async () => {
    const { id } = await makeContactConversation(workspace);
    await linktor.close({ conversationId: id });
    const reopenedAt = clock.tick();
    expect(expectType(await linktor.reopen(id), 'ReopenConversationPayload').conversation).toMatchObject({
      id,
      status: 'OPEN',
      closure: null,
      reopening: { at: reopenedAt, by: { id: me.id, name: me.name } },
    });
  });

  it('returns InvalidTransitionError if it is open, and ConversationExistsError if another is active', async () => {
    const { id, channel, contact } = await makeContactConversation(workspace);
    expect(expectType(await linktor.reopen(id), 'InvalidTransitionError').from).toBe('OPEN');
    await linktor.close({ conversationId: id });
    const next = await linktor.create({ channelId: channel?.id ?? '', contactId: contact?.id ?? '' });
    const { conversation } = expectType(next, 'CreateConversationPayload');
    expect(expectType(await linktor.reopen(id), 'ConversationExistsError').conversation.id).toBe(conversation.id);
    expect(expectType(await linktor.reopen(unknown), 'NotFoundError').id).toBe(unknown);
  });
});

describe('Assign Conversation', () => {
  it('accepts a user or a bot as assigneeId and a note, and returns assignee, assignedAt and assignedBy', async () => {
    const { id } = await makeContactConversation(workspace);
    const [user, bot] = [await makeUser(workspace, 'Senior Support Agent'), await makeBot(workspace, 'Support Bot')];
    for (const [__typename, { id: assigneeId, name }] of [['User', user] as const, ['Bot', bot] as const]) {
      const at = clock.tick();
      const answer = expectType(await linktor.assign(id, assigneeId, 'Escalated'), 'AssignConversationPayload');
      expect(answer.conversation).toMatchObject({
        id,
        assignee: { __typename, id: assigneeId, name },
        assignment: { at, by: { id: me.id, name: me.name }, note: 'Escalated' },
      });
    }
  });

  it('returns NotFoundError if the conversation or assignee does not exist', async () => {
    const nobody = unknownId('User');
    const { id } = await makeContactConversation(workspace);
    expect(expectType(await linktor.assign(id, nobody), 'NotFoundError').id).toBe(nobody);
    expect(expectType(await linktor.assign(unknown, (await makeUser(workspace)).id), 'NotFoundError').id).toBe(unknown);
  });
});

describe('Transfer Conversation', () => {
  it('accepts toAssigneeId, reason, summary and notifyContact, and records the former assignee', async () => {
    const [agent, expert] = [await makeUser(workspace, 'Support Agent'), await makeUser(workspace, 'Expert')];
    const { id } = await makeContactConversation(workspace, { assigneeId: agent.id });
    const at = clock.tick();
    const details = { reason: 'Technical issue', summary: 'Needs access to invoice #12345.' };
    const input = { conversationId: id, toAssigneeId: expert.id, ...details, notifyContact: true };
    const { conversation } = expectType(await linktor.transfer(input), 'TransferConversationPayload');
    expect(conversation).toMatchObject({ assignee: { id: expert.id, name: 'Expert' }, messageCount: 1 });
    const history = await ask(workspace, ConversationHistoryDocument, { id });
    expect(history?.transfers).toEqual([
      { at, by: { id: me.id }, from: { id: agent.id }, to: { id: expert.id }, ...details },
    ]);
    const notice = { text: 'You are now talking to Expert.', direction: 'OUTBOUND', author: { name: 'System' } };
    expect(nodesOf((await linktor.get({ id }))?.messages)).toMatchObject([notice]);
  });

  it('does not notify the contact by default, and refuses the current assignee', async () => {
    const agent = await makeUser(workspace);
    const { id } = await makeContactConversation(workspace);
    const input = { conversationId: id, toAssigneeId: agent.id, notifyContact: false };
    const { conversation } = expectType(await linktor.transfer(input), 'TransferConversationPayload');
    expect(conversation).toMatchObject({ assignee: { id: agent.id }, messageCount: 0 });
    expect((await linktor.transfer(input)).__typename).toBe('ConflictError');
    expect(expectType(await linktor.transfer({ ...input, conversationId: unknown }), 'NotFoundError').id).toBe(unknown);
  });
});

describe('Get Participants', () => {
  it('returns contact, user and bot with name, phone, email and role', async () => {
    const [agent, bot] = [await makeUser(workspace, 'Support Agent'), await makeBot(workspace, 'Support Bot')];
    const contact = { name: 'John Doe', phone: '+5511999999999', email: 'john@example.com' };
    const input = { contact, botId: bot.id, assigneeId: agent.id };
    const { conversation } = expectType(await linktor.create(input), 'CreateConversationPayload');
    const { name, ...reached } = contact;
    expect(await linktor.participants(conversation.id)).toMatchObject([
      { role: 'CUSTOMER', name, actor: { __typename: 'Contact', id: conversation.contact?.id, ...reached } },
      { role: 'BOT', name: 'Support Bot', actor: { __typename: 'Bot', id: bot.id } },
      { role: 'AGENT', name: 'Support Agent', actor: { __typename: 'User', id: agent.id, email: agent.email } },
    ]);
  });

  it('returns null if the conversation does not exist', async () => {
    expect(await linktor.participants(unknown)).toBeUndefined();
  });
});

describe('Webhooks', () => {
  it("deliver the page's events under their names", async () => {
    const agent = await makeUser(workspace);
    const { id } = await makeContactConversation(workspace);
    await linktor.update({ conversationId: id, priority: 'URGENT' });
    await linktor.assign(id, agent.id);
    await linktor.transfer({ conversationId: id, toAssigneeId: (await makeBot(workspace)).id, notifyContact: false });
    await linktor.close({ conversationId: id });
    await linktor.reopen(id);
    const types = (await eventsOf(workspace, id)).map(({ type }) => type);
    const events = ['created', 'updated', 'assigned', 'transferred', 'closed', 'reopened'].map(
      (name) => `conversation.${name}`,
    );
    expect(types.filter((type) => type.startsWith('conversation.'))).toEqual(events);
    const input = { url: 'https://linktor.invalid/hook', events };
    const createWebhookEndpoint = await act(workspace, CreateWebhookEndpointDocument, input);
    expect(createWebhookEndpoint).toMatchObject({ webhookEndpoint: { events } });
  });
});
