import { beforeAll, describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  CloseConversationsDocument,
  ConversationCountsDocument,
  ConversationDocument,
  ConversationsDocument,
  CreateConversationDocument,
  DeleteConversationDocument,
  EventsDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  NodeDocument,
  ReopenConversationDocument,
  SnoozeConversationDocument,
  TransferConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { type Answer, act, ask, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { TestWorkspace } from '../../support/parley.js';
import { snapshot } from './support/history.js';

/** The workspace as the key of a bot of its own sees it. */
let asBot: TestWorkspace;
let botId: string;
let ownerId: string;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  const bot = await makeBot(workspace);
  botId = bot.id;
  asBot = parley.connect({ ...workspace, apiKey: bot.apiKey });
  ownerId = (await makeUser(workspace)).id;
});

async function sees(id: string): Promise<boolean> {
  const conversation = await ask(asBot, ConversationDocument, { id });
  const node = await ask(asBot, NodeDocument, { id });
  const conversations = await ask(asBot, ConversationsDocument, { first: 100 });
  const events = await ask(asBot, EventsDocument, { first: 100 });
  const answers = [
    conversation !== null,
    node !== null,
    conversations.edges.some((edge) => edge.node.id === id),
    // Who leaves what it can see only by taking part is still told so.
    nodesOf(events).some((event) => event.conversationId === id && event.type !== 'participant.left'),
  ];
  expect(new Set(answers).size).toBe(1);
  return answers.includes(true);
}

describe("a bot's key can see a conversation", () => {
  it('that has no owner, regardless of its assignee', async () => {
    const { id } = await makeConversation(workspace, { assigneeId: ownerId });
    expect(await sees(id)).toBe(true);
  });

  it('that has an owner only if the bot is its bot or a participant', async () => {
    const hidden = await makeConversation(workspace, { ownerId, assigneeId: ownerId });
    expect(await sees(hidden.id)).toBe(false);
    expect(await sees((await makeConversation(workspace, { ownerId, botId })).id)).toBe(true);
    expect(await sees((await makeConversation(asBot, { ownerId })).id)).toBe(true);
    await succeed(workspace, JoinConversationDocument, { conversationId: hidden.id, actorId: botId });
    expect(await sees(hidden.id)).toBe(true);
    await succeed(workspace, LeaveConversationDocument, { conversationId: hidden.id, actorId: botId });
    expect(await sees(hidden.id)).toBe(false);
    await succeed(workspace, AssignConversationDocument, { conversationId: hidden.id, assigneeId: botId });
    await succeed(workspace, LeaveConversationDocument, { conversationId: hidden.id, actorId: botId });
    expect(await sees(hidden.id)).toBe(true);
  });

  it('in counts and totals only if it is also in the list', async () => {
    const totals = async (client: TestWorkspace) => {
      const conversations = await ask(client, ConversationsDocument, { first: 1 });
      const conversationCounts = await ask(client, ConversationCountsDocument, {});
      expect(conversationCounts.open).toBe(conversations.totalCount);
      return conversations.totalCount;
    };
    const [before, beforeAsBot] = [await totals(workspace), await totals(asBot)];
    await makeConversation(workspace, { ownerId });
    await makeConversation(workspace);
    expect(await totals(workspace)).toBe(before + 2);
    expect(await totals(asBot)).toBe(beforeAsBot + 1);
  });
});

const until = '2999-01-01T00:00:00Z';
const mutations: [name: string, (conversationId: string) => Promise<Answer>][] = [
  ['updateConversation', (conversationId) => act(asBot, UpdateConversationDocument, { conversationId, subject: 'x' })],
  ['closeConversation', (conversationId) => act(asBot, CloseConversationDocument, { conversationId })],
  ['reopenConversation', (conversationId) => act(asBot, ReopenConversationDocument, { conversationId })],
  ['snoozeConversation', (conversationId) => act(asBot, SnoozeConversationDocument, { conversationId, until })],
  [
    'assignConversation',
    (conversationId) => act(asBot, AssignConversationDocument, { conversationId, assigneeId: botId }),
  ],
  [
    'transferConversation',
    (conversationId) => act(asBot, TransferConversationDocument, { conversationId, toAssigneeId: botId }),
  ],
  ['joinConversation', (conversationId) => act(asBot, JoinConversationDocument, { conversationId })],
  ['leaveConversation', (conversationId) => act(asBot, LeaveConversationDocument, { conversationId })],
  ['deleteConversation', (conversationId) => act(asBot, DeleteConversationDocument, { conversationId })],
];

describe('a conversation the caller may not see', () => {
  it.each(mutations)('does not exist for %s', async (_name, run) => {
    const { id } = await makeConversation(workspace, { ownerId });
    const before = await snapshot(workspace, id);
    expect(await run(id)).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      message: 'No such conversation. Check the id and the workspace of your key or token.',
      id,
    });
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('is not mentioned by closeConversations, by id or by client key', async () => {
    const client = { bot: 'another', user: 'carla', channel: 'site' };
    const { id } = await makeConversation(workspace, { ownerId, client });
    const byId = await succeed(asBot, CloseConversationsDocument, { conversationIds: [id] });
    expect(byId.results).toMatchObject([{ id, conversation: null, error: { code: 'NOT_FOUND' } }]);
    const byClient = await succeed(asBot, CloseConversationsDocument, { client });
    expect(byClient).toMatchObject({ closedCount: 0, results: [] });
  });

  it('is not revealed when it prevents another', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const closed = await makeConversation(workspace, { channelId, contactId });
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    const { id } = await makeConversation(workspace, { channelId, contactId, ownerId, subject: 'Private' });
    const before = await snapshot(workspace, id);
    const message = { text: 'Let me in' };
    const answers = [
      await act(asBot, CreateConversationDocument, { channelId, contactId }),
      await act(asBot, CreateConversationDocument, { channelId, contactId, message, ifExists: 'RETURN' }),
      await act(asBot, ReopenConversationDocument, { conversationId: closed.id }),
      await act(asBot, UpdateConversationDocument, { conversationId: closed.id, status: 'OPEN' }),
    ];
    for (const answer of answers) expect(answer.__typename).toBe('ConflictError');
    expect(JSON.stringify(answers)).not.toContain(id);
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
