import { beforeAll, describe, expect, it } from 'vitest';
import * as operations from '../../generated/operations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';
import {
  type Answer,
  assign,
  close,
  closeMany,
  create,
  join,
  leave,
  remove,
  reopen,
  snooze,
  transfer,
  update,
} from './support/act.js';
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
  const { conversation } = await asBot.run(operations.ConversationDocument, { id });
  const { node } = await asBot.run(operations.NodeDocument, { id });
  const { conversations } = await asBot.run(operations.ConversationsDocument, { first: 100 });
  const { events } = await asBot.run(operations.EventsDocument, { first: 100 });
  const answers = [
    conversation !== null,
    node !== null,
    conversations.edges.some((edge) => edge.node.id === id),
    events.nodes.some((event) => event.conversationId === id),
  ];
  expect(new Set(answers).size).toBe(1);
  return answers.includes(true);
}

describe("a bot's key sees a conversation", () => {
  it('without an owner, whoever it is assigned to', async () => {
    const { id } = await makeConversation(workspace, { assigneeId: ownerId });
    expect(await sees(id)).toBe(true);
  });

  it('with an owner only where it is the bot, or is in it', async () => {
    const hidden = await makeConversation(workspace, { ownerId, assigneeId: ownerId });
    expect(await sees(hidden.id)).toBe(false);
    expect(await sees((await makeConversation(workspace, { ownerId, botId })).id)).toBe(true);
    expect(await sees((await makeConversation(asBot, { ownerId })).id)).toBe(true);
    await join(workspace, { conversationId: hidden.id, actorId: botId });
    expect(await sees(hidden.id)).toBe(true);
    await leave(workspace, { conversationId: hidden.id, actorId: botId });
    expect(await sees(hidden.id)).toBe(false);
    await assign(workspace, { conversationId: hidden.id, assigneeId: botId });
    await leave(workspace, { conversationId: hidden.id, actorId: botId });
    expect(await sees(hidden.id)).toBe(true);
  });

  it('in the counts and totals only where it sees it in the list', async () => {
    const totals = async ({ run }: TestWorkspace) => {
      const { conversations } = await run(operations.ConversationsDocument, { first: 1 });
      const { conversationCounts } = await run(operations.ConversationCountsDocument, {});
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
  ['updateConversation', (conversationId) => update(asBot, { conversationId, subject: 'x' })],
  ['closeConversation', (conversationId) => close(asBot, { conversationId })],
  ['reopenConversation', (conversationId) => reopen(asBot, { conversationId })],
  ['snoozeConversation', (conversationId) => snooze(asBot, { conversationId, until })],
  ['assignConversation', (conversationId) => assign(asBot, { conversationId, assigneeId: botId })],
  ['transferConversation', (conversationId) => transfer(asBot, { conversationId, toAssigneeId: botId })],
  ['joinConversation', (conversationId) => join(asBot, { conversationId })],
  ['leaveConversation', (conversationId) => leave(asBot, { conversationId })],
  ['deleteConversation', (conversationId) => remove(asBot, conversationId)],
];

describe('a conversation that may not be seen', () => {
  it.each(mutations)('does not exist for %s', async (_name, run) => {
    const { id } = await makeConversation(workspace, { ownerId });
    const before = await snapshot(workspace, id);
    expect(await run(id)).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      errorMessage: 'No such conversation. Check the id and the workspace of your key or token.',
      id,
    });
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('is not told of by closeConversations, by its id or its client key', async () => {
    const client = { bot: 'another', user: 'carla', channel: 'site' };
    const { id } = await makeConversation(workspace, { ownerId, client });
    const byId = expectType(await closeMany(asBot, { conversationIds: [id] }), 'CloseConversationsPayload');
    expect(byId.results).toMatchObject([{ id, conversation: null, error: { code: 'NOT_FOUND' } }]);
    const byClient = expectType(await closeMany(asBot, { client }), 'CloseConversationsPayload');
    expect(byClient).toMatchObject({ closedCount: 0, results: [] });
  });

  it('is not shown where it is in the way of another', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const closed = await makeConversation(workspace, { channelId, contactId });
    await close(workspace, { conversationId: closed.id });
    const { id } = await makeConversation(workspace, { channelId, contactId, ownerId, subject: 'Private' });
    const before = await snapshot(workspace, id);
    const message = { text: 'Let me in' };
    const answers = [
      await create(asBot, { channelId, contactId }),
      await create(asBot, { channelId, contactId, message, ifExists: 'RETURN' }),
      await reopen(asBot, { conversationId: closed.id }),
      await update(asBot, { conversationId: closed.id, status: 'OPEN' }),
    ];
    for (const answer of answers) expect(answer.__typename).toBe('ConflictError');
    expect(JSON.stringify(answers)).not.toContain(id);
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
