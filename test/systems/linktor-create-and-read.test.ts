import { describe, expect, it } from 'vitest';
import { type ConversationSummariesQueryVariables, CreateContactDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeChannel, makeContact, makeContactConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { expectType } from '../support/parley.js';
import { makeInbox, sayAll } from './support/inbox.js';
import { linktorClient } from './support/linktor-client.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const workspace = useFreshWorkspace(useParley({ clock: clock.now }));
const linktor = linktorClient(workspace);

const unknown = unknownId('Conversation');

describe('List Conversations', () => {
  it('returns data with all attributes, and meta.pagination', async () => {
    const { desk, machine, unassigned, whatsapp, agent, times } = await makeInbox(workspace, clock.tick);
    const answer = await linktor.list({});
    expect(answer).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false, hasPreviousPage: false } });
    expect(nodesOf(answer).map(({ id }) => id)).toEqual([unassigned.id, machine.id, desk.id]);
    expect(nodesOf(answer)[2]).toEqual({
      __typename: 'Conversation',
      id: desk.id,
      subject: null,
      status: 'OPEN',
      priority: 'NORMAL',
      tags: [],
      metadata: { source: 'website', campaign: 'winter_sale' },
      unreadCount: 1,
      messageCount: 1,
      lastMessageAt: times[0],
      createdAt: times[0],
      updatedAt: times[0],
      channel: { id: whatsapp.id, type: 'WHATSAPP', name: 'WhatsApp Business' },
      contact: {
        id: desk.contact?.id,
        name: 'John Doe',
        phone: '+5511999999999',
        avatarUrl: 'https://cdn.example.com/john.jpg',
      },
      assignee: { __typename: 'User', id: agent.id, name: 'Support Agent' },
      lastMessage: {
        id: expect.stringMatching(/^msg_/),
        text: 'Where is my parcel?',
        content: { type: 'text', text: 'Where is my parcel?' },
        direction: 'INBOUND',
        createdAt: times[0],
        author: { id: desk.contact?.id, name: 'John Doe' },
      },
    });
  });

  it('filters by status, channel, channel type, assignee, contact, bot, time and words', async () => {
    const { desk, machine, unassigned, ...inbox } = await makeInbox(workspace, clock.tick);
    const all = [desk.id, machine.id, unassigned.id];
    await linktor.close({ conversationId: unassigned.id });
    await linktor.update({ conversationId: machine.id, status: 'PENDING' });
    const found = async (filter: ConversationSummariesQueryVariables['filter']) =>
      (await linktor.listIds({ filter })).toSorted((a, b) => all.indexOf(a) - all.indexOf(b));
    expect(await found({ status: ['OPEN'] })).toEqual([desk.id]);
    expect(await found({ status: ['PENDING'] })).toEqual([machine.id]);
    expect(await found({ status: ['CLOSED'] })).toEqual([unassigned.id]);
    expect(await found({ status: ['SNOOZED'] })).toEqual([]);
    expect(await found({ channelId: inbox.email.id })).toEqual([machine.id, unassigned.id]);
    expect(await found({ channelType: 'WHATSAPP' })).toEqual([desk.id]);
    expect(await found({ assigneeId: inbox.agent.id })).toEqual([desk.id]);
    expect(await found({ assigneeId: inbox.bot.id })).toEqual([machine.id]);
    expect(await found({ contactId: inbox.jane.id })).toEqual([machine.id]);
    expect(await found({ botId: inbox.bot.id })).toEqual([machine.id]);
    expect(await found({ createdAt: { gte: inbox.times[1] } })).toEqual([machine.id, unassigned.id]);
    expect(await found({ createdAt: { lt: inbox.times[1] } })).toEqual([desk.id]);
    expect(await found({ createdAt: { gte: inbox.times[1], lt: inbox.times[2] } })).toEqual([machine.id]);
    expect(await found({ search: 'john' })).toEqual([desk.id]);
    expect(await found({ search: 'parcel' })).toEqual([desk.id]);
    expect(await found({ search: 'nothing' })).toEqual([]);
    expect(await found({ status: ['OPEN', 'PENDING'], channelId: inbox.email.id })).toEqual([machine.id]);
  });

  it('supports page and perPage as offset and first, and sortBy and sortOrder as orderBy', async () => {
    const { desk, machine, unassigned } = await makeInbox(workspace, clock.tick);
    clock.tick();
    await linktor.update({ conversationId: desk.id, tags: ['vip'] });
    const page = async (number: number, perPage: number) => {
      const found = await linktor.list({ first: perPage, offset: (number - 1) * perPage });
      return [nodesOf(found).map(({ id }) => id), Math.ceil(found.totalCount / perPage), found.pageInfo];
    };
    const last = { hasNextPage: false, hasPreviousPage: true };
    expect(await page(1, 2)).toEqual([[desk.id, unassigned.id], 2, { hasNextPage: true, hasPreviousPage: false }]);
    expect(await page(2, 2)).toEqual([[machine.id], 2, last]);
    expect(await page(3, 2)).toEqual([[], 2, last]);
    expect(await linktor.listIds({ orderBy: { direction: 'ASC' } })).toEqual([machine.id, unassigned.id, desk.id]);
    expect(await linktor.listIds({ orderBy: { field: 'CREATED_AT' } })).toEqual([unassigned.id, machine.id, desk.id]);
    expect(await linktor.listIds({ orderBy: { field: 'PRIORITY' }, first: 1 })).toEqual([machine.id]);
    expect(await linktor.listIds({ orderBy: { field: 'LAST_MESSAGE_AT', direction: 'ASC' }, first: 1 })).toEqual([
      desk.id,
    ]);
  });
});

describe('Get Conversation', () => {
  it('returns all attributes and, with includeMessages, the newest messages', async () => {
    const { bot, whatsapp, agent } = await makeInbox(workspace, clock.tick);
    const contact = (
      await succeed(workspace, CreateContactDocument, {
        name: 'Jo',
        email: 'jo@example.com',
        phone: '+4930123456',
        metadata: { tier: 'premium' },
      })
    ).contact;
    const at = clock.tick();
    const made = { channelId: whatsapp.id, contactId: contact.id, botId: bot.id, assigneeId: agent.id };
    const details = { metadata: { intent: 'order_status' }, tags: ['vip', 'order-issue'] };
    const { conversation } = expectType(await linktor.create({ ...made, ...details }), 'CreateConversationPayload');
    const messages = [{ text: 'Hi', direction: 'INBOUND' }, { text: 'Hello!' }, { text: 'Number?' }] as const;
    const said = await sayAll(workspace, conversation.id, messages, clock.tick);
    const answer = await linktor.get({ id: conversation.id, last: 2 });
    expect(answer).toMatchObject({
      __typename: 'Conversation',
      id: conversation.id,
      status: 'OPEN',
      channel: { id: whatsapp.id, type: 'WHATSAPP', name: 'WhatsApp Business' },
      contact: { id: contact.id, name: 'Jo', phone: '+4930123456', email: 'jo@example.com', avatarUrl: null },
      assignee: { __typename: 'User', id: agent.id, name: 'Support Agent' },
      bot: { id: bot.id, name: 'Support Bot' },
      botActive: false,
      unreadCount: 0,
      messageCount: 3,
      firstMessageAt: said[0]?.createdAt,
      lastMessageAt: said[2]?.createdAt,
      ...details,
      createdAt: at,
      updatedAt: said[2]?.createdAt,
    });
    expect(answer?.contact?.metadata).toEqual({ tier: 'premium' });
    expect(nodesOf(answer?.messages)).toMatchObject([
      { ...said[1], direction: 'OUTBOUND', content: { type: 'text', text: 'Hello!' } },
      { ...said[2], direction: 'OUTBOUND', content: { type: 'text', text: 'Number?' } },
    ]);
    expect(await linktor.get({ id: conversation.id, withMessages: false })).not.toHaveProperty('messages');
  });

  it('404 CONVERSATION_NOT_FOUND: returns null', async () => {
    expect(await linktor.get({ id: unknown })).toBeNull();
  });
});

describe('Create Conversation', () => {
  it('accepts every field and returns all attributes', async () => {
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

  it('accepts a contact by id, a bot that then answers, and a bot as assignee', async () => {
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

  it('409 CONVERSATION_EXISTS: returns the active conversation, which ifExists RETURN uses instead', async () => {
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
