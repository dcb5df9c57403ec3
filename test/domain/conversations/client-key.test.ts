import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  CloseConversationsDocument,
  ConversationByExternalIdDocument,
  CreateConversationDocument,
  LatestOpenConversationDocument,
  SendMessageDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { participantsOf, readConversation } from '../../support/conversations.js';
import { useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeChannel, makeContact, makeConversation } from '../../support/make.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';

const parley = useParley();
const secondServer = useParley({});

const client = { bot: 'robo', user: 'carla', channel: 'site' };
const otherClients = [
  { ...client, bot: 'other' },
  { ...client, user: 'other' },
  { ...client, channel: 'other' },
];

async function rowsOf(workspace: TestWorkspace) {
  const { prisma } = parley.database;
  const where = { workspaceId: uuidOf(workspace.id) };
  const [bots, contacts, channels, conversations] = await Promise.all([
    prisma.bot.findMany({ where }),
    prisma.contact.findMany({ where }),
    prisma.channel.findMany({ where }),
    prisma.conversation.findMany({ where }),
  ]);
  return { bots, contacts, channels, conversations };
}

const latest = async (workspace: TestWorkspace, key = client) =>
  (await ask(workspace, LatestOpenConversationDocument, { client: key }))?.id ?? null;

describe('a client key', () => {
  it('creates the missing bot, contact and channel', async () => {
    const workspace = await parley.newWorkspace();
    const conversation = await makeConversation(workspace, { client });
    expect(conversation).toMatchObject({ contact: { name: 'carla' }, botActive: true });
    const { bots, contacts, channels } = await rowsOf(workspace);
    expect(bots).toMatchObject([{ externalId: 'robo', name: 'robo' }]);
    expect(contacts).toMatchObject([{ externalId: 'carla', name: 'carla', phone: null, email: null }]);
    expect(channels).toMatchObject([{ externalId: 'site', name: 'site', type: 'API', allowMany: true }]);
    const participants = await participantsOf(workspace, conversation.id);
    expect(participants.map(({ role, name }) => [role, name])).toEqual([
      ['CUSTOMER', 'carla'],
      ['BOT', 'robo'],
    ]);
  });

  it("uses existing rows and the existing channel's settings", async () => {
    const workspace = await parley.newWorkspace();
    const channel = await makeChannel(workspace, { externalId: 'site', type: 'WHATSAPP', allowMany: false });
    const first = await makeConversation(workspace, { client });
    expect(first.channel?.id).toBe(channel.id);
    const again = await failWith(workspace, 'ConversationExistsError', CreateConversationDocument, { client });
    expect(again.conversation.id).toBe(first.id);
    await succeed(workspace, CloseConversationDocument, { conversationId: first.id });
    const second = await makeConversation(workspace, { client });
    expect(second).toMatchObject({ contact: first.contact, bot: first.bot });
    expect(await rowsOf(workspace)).toMatchObject({ bots: [{}], contacts: [{}], channels: [{ type: 'WHATSAPP' }] });
  });

  it('creates each row once for many concurrent requests on two servers', async () => {
    const workspace = await parley.newWorkspace();
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        act(clients[index % 2] ?? workspace, CreateConversationDocument, { client }),
      ),
    );
    for (const answer of answers) expectType(answer, 'CreateConversationPayload');
    const { bots, contacts, channels, conversations } = await rowsOf(workspace);
    expect([bots.length, contacts.length, channels.length, conversations.length]).toEqual([1, 1, 1, 16]);
  });

  it('creates each row once for overlapping keys used concurrently', async () => {
    const workspace = await parley.newWorkspace();
    const keys = ['a', 'b'].flatMap((bot) =>
      ['a', 'b'].flatMap((user) => ['a', 'b'].map((channel) => ({ bot, user, channel }))),
    );
    const answers = await Promise.all(keys.map((key) => act(workspace, CreateConversationDocument, { client: key })));
    for (const answer of answers) expectType(answer, 'CreateConversationPayload');
    const { bots, contacts, channels, conversations } = await rowsOf(workspace);
    expect([bots.length, contacts.length, channels.length, conversations.length]).toEqual([2, 2, 2, 8]);
  });

  it('creates nothing if a conversation is only looked up', async () => {
    const workspace = await parley.newWorkspace();
    expect(await latest(workspace)).toBeNull();
    expect(await ask(workspace, ConversationByExternalIdDocument, { externalId: 'x', client })).toBeNull();
    expect(
      await act(workspace, UpdateConversationDocument, { conversationId: 'x', client, subject: 'x' }),
    ).toMatchObject({ id: 'x' });
    expect(await act(workspace, CloseConversationsDocument, { client })).toEqual({
      __typename: 'CloseConversationsPayload',
      closedCount: 0,
      results: [],
    });
    expect(await rowsOf(workspace)).toEqual({ bots: [], contacts: [], channels: [], conversations: [] });
  });

  it('creates nothing if the conversation is refused', async () => {
    const workspace = await parley.newWorkspace();
    const answer = await act(workspace, CreateConversationDocument, {
      client,
      message: { text: 'x', authorId: 'user_01h2xcejqtf2nbrexx3vqjhp41' },
    });
    expect(answer.__typename).toBe('NotFoundError');
    expect(await rowsOf(workspace)).toEqual({ bots: [], contacts: [], channels: [], conversations: [] });
  });
});

describe('latestOpenConversation', () => {
  it('returns the OPEN conversation that changed last, and null if none is open', async () => {
    const workspace = await parley.newWorkspace();
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await makeConversation(workspace, { client })).id);
    const [first = '', second = '', third = ''] = ids;
    expect(await latest(workspace)).toBe(third);
    await succeed(workspace, UpdateConversationDocument, { conversationId: first, subject: 'Changed' });
    expect(await latest(workspace)).toBe(first);
    await succeed(workspace, SendMessageDocument, { conversationId: second, text: 'Hello' });
    expect(await latest(workspace)).toBe(second);
    await succeed(workspace, UpdateConversationDocument, { conversationId: second, status: 'PENDING' });
    expect(await latest(workspace)).toBe(first);
    await succeed(workspace, UpdateConversationDocument, {
      conversationId: first,
      status: 'SNOOZED',
      snoozedUntil: '2999-01-01T00:00:00Z',
    });
    expect(await latest(workspace)).toBe(third);
    await succeed(workspace, CloseConversationDocument, { conversationId: third });
    expect(await latest(workspace)).toBeNull();
  });

  it('finds only conversations created with exactly this client key', async () => {
    const workspace = await parley.newWorkspace();
    const { id, bot, contact, channel } = await makeConversation(workspace, { client });
    for (const other of otherClients) expect(await latest(workspace, other)).toBeNull();
    for (const other of otherClients) await makeConversation(workspace, { client: other });
    await makeConversation(workspace, { botId: bot?.id, contactId: contact?.id, channelId: channel?.id });
    expect(await latest(workspace)).toBe(id);
    expect(await latest(await parley.newWorkspace())).toBeNull();
  });
});

describe('closeConversations by client key', () => {
  it('closes all active conversations of the client key and nothing else', async () => {
    const workspace = await parley.newWorkspace();
    const [open, pending, closed] = [
      await makeConversation(workspace, { client }),
      await makeConversation(workspace, { client }),
      await makeConversation(workspace, { client }),
    ];
    await succeed(workspace, UpdateConversationDocument, { conversationId: pending.id, status: 'PENDING' });
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id, reason: 'Earlier' });
    const others = [await makeConversation(workspace, { contactId: (await makeContact(workspace)).id })];
    for (const other of otherClients) others.push(await makeConversation(workspace, { client: other }));
    const { bot, contact, channel } = open;
    others.push(await makeConversation(workspace, { botId: bot?.id, contactId: contact?.id, channelId: channel?.id }));
    const answer = await succeed(workspace, CloseConversationsDocument, {
      client,
      resolution: 'SWITCHED',
      reason: 'Another bot',
    });
    expect(answer.closedCount).toBe(2);
    expect(answer.results.map(({ id, error }) => [id, error])).toEqual([
      [open.id, null],
      [pending.id, null],
    ]);
    const closure = { reason: 'Another bot', resolution: 'SWITCHED' };
    expect(await readConversation(workspace, open.id)).toMatchObject({ status: 'CLOSED', closure });
    expect(await readConversation(workspace, pending.id)).toMatchObject({ status: 'CLOSED', closure });
    expect(await readConversation(workspace, closed.id)).toMatchObject({ closure: { reason: 'Earlier' }, version: 2 });
    for (const { id } of others)
      expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', version: 1 });
  });
});
