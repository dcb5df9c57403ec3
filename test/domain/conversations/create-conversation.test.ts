import { describe, expect, it } from 'vitest';
import { CreateConversationDocument } from '../../generated/operations.js';
import { act } from '../../support/act.js';
import { participantsOf } from '../../support/conversations.js';
import { useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { eventsOf, makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { eventTypes } from './support/history.js';

const parley = useParley();

describe('createConversation', () => {
  it('creates an open conversation with its first message and logs each fact', async () => {
    const workspace = await parley.newWorkspace();
    const conversation = await makeConversation(workspace, {
      subject: '  An order  ',
      contact: { phone: '+49 30 123456', name: 'Ada' },
      tags: [' new ', 'new', 'vip'],
      message: { text: 'Hello', direction: 'INBOUND' },
    });
    expect(conversation).toMatchObject({
      subject: 'An order',
      status: 'OPEN',
      priority: 'NORMAL',
      tags: ['new', 'vip'],
      messageCount: 1,
      unreadCount: 1,
      version: 1,
      contact: { name: 'Ada' },
    });
    const events = await eventsOf(workspace, conversation.id);
    expect(events.map(({ type }) => type)).toEqual(['conversation.created', 'participant.joined', 'message.added']);
  });

  it('stores every given field', async () => {
    const workspace = await parley.newWorkspace();
    const [channel, contact, owner, bot] = await Promise.all([
      makeChannel(workspace),
      makeContact(workspace),
      makeUser(workspace),
      makeBot(workspace),
    ]);
    const conversation = await makeConversation(workspace, {
      channelId: channel.id,
      contactId: contact.id,
      ownerId: owner.id,
      botId: bot.id,
      externalId: ' order-17 ',
      subject: 'Order 17',
      priority: 'URGENT',
      tags: ['vip'],
      metadata: { order: 17, empty: null, nested: { kept: null } },
      flowId: 'checkout',
      stepId: 'address',
      expiresAt: '2999-01-31T10:30:00.5+01:00',
    });
    expect(conversation).toMatchObject({
      channel: { id: channel.id },
      contact: { id: contact.id },
      owner: { id: owner.id },
      bot: { id: bot.id },
      botActive: true,
      externalId: 'order-17',
      subject: 'Order 17',
      status: 'OPEN',
      priority: 'URGENT',
      tags: ['vip'],
      metadata: { order: 17, nested: { kept: null } },
      flow: { flowId: 'checkout', stepId: 'address' },
      expiresAt: '2999-01-31T09:30:00.500Z',
      assignee: null,
      closure: null,
      reopening: null,
      snoozedUntil: null,
      firstMessageAt: null,
      lastMessageAt: null,
      version: 1,
    });
    expect(conversation.updatedAt).toBe(conversation.createdAt);
    expect(conversation.lastInteractionAt).toBe(conversation.createdAt);
  });

  it('starts empty if nothing is given', async () => {
    const workspace = await parley.newWorkspace();
    const conversation = await makeConversation(workspace);
    expect(conversation).toMatchObject({
      externalId: null,
      subject: null,
      priority: 'NORMAL',
      tags: [],
      metadata: {},
      channel: null,
      contact: null,
      owner: null,
      bot: null,
      botActive: false,
      flow: null,
      expiresAt: null,
      messageCount: 0,
      unreadCount: 0,
    });
    expect(await participantsOf(workspace, conversation.id)).toEqual([]);
    expect(await eventTypes(workspace, conversation.id)).toEqual(['conversation.created']);
  });

  it('adds contact and owner as customers, users as agents, and bots as bots', async () => {
    const workspace = await parley.newWorkspace();
    const contact = await makeContact(workspace, 'Carla');
    const owner = await makeUser(workspace, 'Olga');
    const bot = await makeBot(workspace, 'Robo');
    const agent = await makeUser(workspace, 'Ada');
    const assignee = await makeUser(workspace, 'Ben');
    const { id } = await makeConversation(workspace, {
      contactId: contact.id,
      ownerId: owner.id,
      botId: bot.id,
      participantIds: [agent.id, contact.id, agent.id],
      assigneeId: assignee.id,
    });
    const participants = await participantsOf(workspace, id);
    expect(participants.map(({ actor, role, name, leftAt }) => [actor.id, role, name, leftAt])).toEqual([
      [contact.id, 'CUSTOMER', 'Carla', null],
      [owner.id, 'CUSTOMER', 'Olga', null],
      [bot.id, 'BOT', 'Robo', null],
      [agent.id, 'AGENT', 'Ada', null],
      [assignee.id, 'AGENT', 'Ben', null],
    ]);
    expect(await eventTypes(workspace, id)).toEqual([
      'conversation.created',
      ...participants.map(() => 'participant.joined'),
      'conversation.assigned',
    ]);
  });

  it("assigns to a user, who takes over from the bot, or to a bot, which becomes the conversation's bot", async () => {
    const workspace = await parley.newWorkspace();
    const user = await makeUser(workspace);
    const bot = await makeBot(workspace);
    const other = await makeBot(workspace, 'Other');
    const toUser = await makeConversation(workspace, { botId: bot.id, assigneeId: user.id });
    expect(toUser).toMatchObject({
      assignee: { __typename: 'User', id: user.id },
      bot: { id: bot.id },
      botActive: false,
      assignment: { note: null },
    });
    const toBot = await makeConversation(workspace, { botId: bot.id, assigneeId: other.id });
    expect(toBot).toMatchObject({
      assignee: { __typename: 'Bot', id: other.id },
      bot: { id: other.id },
      botActive: true,
    });
    const [assigned] = (await eventsOf(workspace, toUser.id)).filter(({ type }) => type === 'conversation.assigned');
    expect(assigned).toMatchObject({ __typename: 'ConversationAssigned', from: null, to: { id: user.id }, note: null });
  });

  it('adds the bot whose key creates it, and names it as the actor', async () => {
    const workspace = await parley.newWorkspace();
    const bot = await makeBot(workspace);
    const { id } = await makeConversation(parley.connect({ ...workspace, apiKey: bot.apiKey }));
    expect(await participantsOf(workspace, id)).toMatchObject([{ actor: { id: bot.id }, role: 'BOT' }]);
    const events = await eventsOf(workspace, id);
    expect(events.map(({ type, actor }) => [type, actor.id])).toEqual([
      ['conversation.created', bot.id],
      ['participant.joined', bot.id],
    ]);
  });

  it("names the key as the actor of every event except the author's message", async () => {
    const workspace = await parley.newWorkspace();
    const contact = await makeContact(workspace);
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace, {
      contactId: contact.id,
      assigneeId: user.id,
      message: { text: 'Hello', direction: 'INBOUND' },
    });
    const events = await eventsOf(workspace, id);
    expect(events.map(({ type, actor }) => [type, actor.__typename])).toEqual([
      ['conversation.created', 'ApiKey'],
      ['participant.joined', 'ApiKey'],
      ['participant.joined', 'ApiKey'],
      ['conversation.assigned', 'ApiKey'],
      ['message.added', 'Contact'],
    ]);
  });

  it('adds the author of the first message, and lets an agent take over from the bot', async () => {
    const workspace = await parley.newWorkspace();
    const bot = await makeBot(workspace);
    const user = await makeUser(workspace);
    const { id, botActive } = await makeConversation(workspace, {
      botId: bot.id,
      message: { text: 'I am here now', authorId: user.id },
    });
    expect(botActive).toBe(false);
    expect(await eventTypes(workspace, id)).toEqual([
      'conversation.created',
      'participant.joined',
      'participant.joined',
      'conversation.updated',
      'message.added',
    ]);
  });

  it('creates one conversation for equal concurrent requests with one idempotency key', async () => {
    const workspace = await parley.newWorkspace();
    const input = { subject: 'Once', contact: { email: 'ada@example.com' }, idempotencyKey: 'order-17' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => act(workspace, CreateConversationDocument, input)),
    );
    const made = answers.map((answer) => expectType(answer, 'CreateConversationPayload'));
    expect(new Set(made.map(({ conversation }) => conversation.id)).size).toBe(1);
    expect(made.every(({ created }) => created)).toBe(true);
    expect(await parley.database.prisma.conversation.count({ where: { workspaceId: uuidOf(workspace.id) } })).toBe(1);
  });
});
