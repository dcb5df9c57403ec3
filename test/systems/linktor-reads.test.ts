import { describe, expect, it } from 'vitest';
import {
  type ConversationSummariesQueryVariables,
  CreateContactDocument,
  CreateWebhookEndpointDocument,
} from '../generated/operations.js';
import { act, succeed } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { eventsOf, makeBot, makeContactConversation, makeUser } from '../support/make.js';
import { expectType } from '../support/parley.js';
import { makeInbox, sayAll } from './support/inbox.js';
import { linktorClient } from './support/linktor-client.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const workspace = useFreshWorkspace(useParley({ clock: clock.now }));
const linktor = linktorClient(workspace);

const unknown = unknownId('Conversation');

describe('List Conversations', () => {
  it('answers data with all attributes, and meta.pagination', async () => {
    const { desk, machine, unassigned, whatsapp, agent, times } = await makeInbox(workspace, clock.tick);
    const answer = await linktor.list({});
    expect(answer).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false, hasPreviousPage: false } });
    expect(answer.nodes.map(({ id }) => id)).toEqual([unassigned.id, machine.id, desk.id]);
    expect(answer.nodes[2]).toEqual({
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

  it('filters by status, channel, type of channel, assignee, contact, bot, time and words', async () => {
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

  it('takes page and perPage as offset and first, and sortBy and sortOrder as orderBy', async () => {
    const { desk, machine, unassigned } = await makeInbox(workspace, clock.tick);
    clock.tick();
    await linktor.update({ conversationId: desk.id, tags: ['vip'] });
    const page = async (number: number, perPage: number) => {
      const { nodes, totalCount, pageInfo } = await linktor.list({ first: perPage, offset: (number - 1) * perPage });
      return [nodes.map(({ id }) => id), Math.ceil(totalCount / perPage), pageInfo];
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
  it('answers all attributes and, with includeMessages, the newest messages', async () => {
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
    expect(answer?.messages?.nodes).toMatchObject([
      { ...said[1], direction: 'OUTBOUND', content: { type: 'text', text: 'Hello!' } },
      { ...said[2], direction: 'OUTBOUND', content: { type: 'text', text: 'Number?' } },
    ]);
    expect(await linktor.get({ id: conversation.id, withMessages: false })).not.toHaveProperty('messages');
  });

  it('404 CONVERSATION_NOT_FOUND: answers null', async () => {
    expect(await linktor.get({ id: unknown })).toBeNull();
  });
});

describe('Get Participants', () => {
  it('answers contact, user and bot with name, phone, email and role', async () => {
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

  it('answers null where there is no such conversation', async () => {
    expect(await linktor.participants(unknown)).toBeUndefined();
  });
});

describe('Webhooks', () => {
  it('carry the events of the page by their names', async () => {
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
