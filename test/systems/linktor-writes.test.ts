import { beforeEach, describe, expect, it } from 'vitest';
import { ConversationHistoryDocument, ViewerDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeChannel, makeContact, makeContactConversation, makeUser } from '../support/make.js';
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

describe('Create Conversation', () => {
  it('takes every field, and answers all attributes', async () => {
    const channel = await makeChannel(workspace, { type: 'WHATSAPP', name: 'WhatsApp Business' });
    const [bot, agent] = [await makeBot(workspace, 'Support Bot'), await makeUser(workspace, 'Support Agent')];
    const at = clock.tick();
    const details = { metadata: { orderId: 'order_12345' }, tags: ['api-created', 'order-inquiry'] };
    const contact = { phone: '+5511999999999', email: 'Jane@Example.com', name: 'Jane Smith' };
    const input = { channelId: channel.id, contact, botId: bot.id, assigneeId: agent.id, ...details };
    const { created, conversation } = expectType(await linktor.create(input), 'CreateConversationPayload');
    expect(created).toBe(true);
    expect(conversation).toMatchObject({
      status: 'OPEN',
      channel: { id: channel.id, type: 'WHATSAPP', name: 'WhatsApp Business' },
      contact: { name: 'Jane Smith', phone: '+5511999999999', email: 'jane@example.com' },
      bot: { id: bot.id, name: 'Support Bot' },
      botActive: false,
      assignee: { __typename: 'User', id: agent.id, name: 'Support Agent' },
      unreadCount: 0,
      messageCount: 0,
      ...details,
      createdAt: at,
      updatedAt: at,
    });
  });

  it('takes a contact by its id, a bot that then answers, and a bot as assignee', async () => {
    const [channel, contact] = [await makeChannel(workspace), await makeContact(workspace)];
    const bot = await makeBot(workspace);
    const input = { channelId: channel.id, contactId: contact.id, botId: bot.id };
    const { conversation } = expectType(await linktor.create(input), 'CreateConversationPayload');
    expect(conversation).toMatchObject({ contact: { id: contact.id }, botActive: true, assignee: null });
    const assigned = expectType(await linktor.create({ assigneeId: bot.id }), 'CreateConversationPayload');
    expect(assigned.conversation).toMatchObject({ assignee: { __typename: 'Bot', id: bot.id }, botActive: true });
  });

  it.each([
    ['a contact with neither phone nor email', { contact: { name: 'Nobody' } }, ['contact']],
    ['a phone number without its country', { contact: { phone: '030123456' } }, ['contact', 'phone']],
    ['contactId beside contact', { contactId: unknownId('Contact'), contact: { email: 'a@b.example' } }, ['contact']],
    ['an assigneeId of neither a user nor a bot', { assigneeId: unknownId('Contact') }, ['assigneeId']],
    ['a channelId that is not one', { channelId: 'ch_xyz789' }, ['channelId']],
    ['an empty tag', { tags: ['vip', ''] }, ['tags', '1']],
  ])('400 VALIDATION_ERROR: refuses %s', async (_name, input, path) => {
    const answer = expectType(await linktor.create(input), 'ValidationError');
    expect(answer.issues[0]?.path.slice(0, path.length)).toEqual(path);
    expect(await linktor.listIds({})).toEqual([]);
  });

  it('404 CHANNEL_NOT_FOUND: names the channel', async () => {
    const channelId = unknownId('Channel');
    const answer = await linktor.create({ channelId, contact: { email: 'jane@example.com' } });
    expect(expectType(answer, 'NotFoundError')).toMatchObject({ code: 'NOT_FOUND', id: channelId });
  });

  it('404 CONTACT_NOT_FOUND: names the contact', async () => {
    const contactId = unknownId('Contact');
    const answer = await linktor.create({ channelId: (await makeChannel(workspace)).id, contactId });
    expect(expectType(answer, 'NotFoundError')).toMatchObject({ code: 'NOT_FOUND', id: contactId });
  });

  it('409 CONVERSATION_EXISTS: answers the active one, which ifExists RETURN uses instead', async () => {
    const active = await makeContactConversation(workspace);
    const input = { channelId: active.channel?.id ?? '', contactId: active.contact?.id ?? '' };
    expect(expectType(await linktor.create(input), 'ConversationExistsError')).toMatchObject({
      code: 'CONVERSATION_EXISTS',
      conversation: { id: active.id },
    });
    const used = expectType(await linktor.create({ ...input, ifExists: 'RETURN' }), 'CreateConversationPayload');
    expect(used).toMatchObject({ created: false, conversation: { id: active.id } });
    await linktor.close({ conversationId: active.id });
    expect(expectType(await linktor.create(input), 'CreateConversationPayload').created).toBe(true);
  });
});

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
  it('takes reason, resolution and notes, and answers status, closedAt, closedBy, resolution and closureReason', async () => {
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

  it.each(['RESOLVED', 'UNRESOLVED', 'SPAM'] as const)('takes the resolution %s, or none', async (resolution) => {
    const [one, other] = [await makeContactConversation(workspace), await makeContactConversation(workspace)];
    const closed = await linktor.close({ conversationId: one.id, resolution });
    expect(closed).toMatchObject({ conversation: { closure: { resolution, reason: null, notes: null } } });
    expect(await linktor.close({ conversationId: other.id })).toMatchObject({
      conversation: { closure: { resolution: null } },
    });
  });

  it('answers NotFoundError where there is none, and InvalidTransitionError where it is closed', async () => {
    expect(expectType(await linktor.close({ conversationId: unknown }), 'NotFoundError').id).toBe(unknown);
    const { id } = await makeContactConversation(workspace);
    await linktor.close({ conversationId: id });
    expect(expectType(await linktor.close({ conversationId: id }), 'InvalidTransitionError').from).toBe('CLOSED');
  });
});

describe('Reopen Conversation', () => {
  it('answers status, reopenedAt and reopenedBy', async () => {
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

  it('answers InvalidTransitionError where it is open, and ConversationExistsError where another is active', async () => {
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
  it('takes a user or a bot by assigneeId and a note, and answers assignee, assignedAt and assignedBy', async () => {
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

  it('answers NotFoundError where there is no such conversation or assignee', async () => {
    const nobody = unknownId('User');
    const { id } = await makeContactConversation(workspace);
    expect(expectType(await linktor.assign(id, nobody), 'NotFoundError').id).toBe(nobody);
    expect(expectType(await linktor.assign(unknown, (await makeUser(workspace)).id), 'NotFoundError').id).toBe(unknown);
  });
});

describe('Transfer Conversation', () => {
  it('takes toAssigneeId, reason, summary and notifyContact, and keeps who had it', async () => {
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
    expect((await linktor.get({ id }))?.messages?.nodes).toMatchObject([notice]);
  });

  it('says nothing to the contact unless asked to, and refuses the assignee that there is', async () => {
    const agent = await makeUser(workspace);
    const { id } = await makeContactConversation(workspace);
    const input = { conversationId: id, toAssigneeId: agent.id, notifyContact: false };
    const { conversation } = expectType(await linktor.transfer(input), 'TransferConversationPayload');
    expect(conversation).toMatchObject({ assignee: { id: agent.id }, messageCount: 0 });
    expect((await linktor.transfer(input)).__typename).toBe('ConflictError');
    expect(expectType(await linktor.transfer({ ...input, conversationId: unknown }), 'NotFoundError').id).toBe(unknown);
  });
});
