import { describe, expect, it } from 'vitest';
import {
  ConversationHistoryDocument,
  CreateBotDocument,
  type CreateBotInput,
  CreateChannelDocument,
  CreateUserDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  SendMessageDocument,
  TeamDocument,
  ViewerDocument,
} from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeBot, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { expectType } from '../../support/parley.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

type Input = CreateBotInput;

const create = async (input: Input, client = workspace) => await act(client, CreateBotDocument, input);
const bots = async () => (await workspace.run(TeamDocument, {})).bots;
const clientOf = ({ apiKey }: { apiKey: string }) => parley.connect({ id: workspace.id, apiKey });

describe('createBot', () => {
  it('creates a bot and returns its key, of which only the hash is stored', async () => {
    const { bot, apiKey } = expectType(await create({ name: ' Robo ', externalId: 'robo-1' }), 'CreateBotPayload');
    expect(bot).toMatchObject({ id: expect.stringMatching(/^bot_/), name: 'Robo', externalId: 'robo-1' });
    expect(apiKey).toMatch(/^parley_sk_[0-9A-Za-z]{43}$/);
    expect(await bots()).toMatchObject({ totalCount: 1, nodes: [bot] });
    const secret = apiKey.slice('parley_sk_'.length);
    const [{ count } = { count: -1 }] = await parley.database.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM "ApiKey" k WHERE k::text LIKE ${`%${secret}%`}`;
    expect(count).toBe(0);
  });

  it('creates any number of bots without an externalId', async () => {
    for (const name of ['One', 'Two']) await makeBot(workspace, name);
    expect((await bots()).nodes.map(({ name, externalId }) => [name, externalId])).toEqual([
      ['One', null],
      ['Two', null],
    ]);
  });

  it('refuses an externalId that another bot has', async () => {
    await create({ name: 'Robo', externalId: 'robo-1' });
    expectType(await create({ name: 'Other', externalId: ' robo-1 ' }), 'ConflictError');
    expect((await bots()).totalCount).toBe(1);
    expectType(await create({ name: 'Robo', externalId: 'robo-1' }, await parley.newWorkspace()), 'CreateBotPayload');
  });

  it('creates one bot for 20 concurrent requests with the same externalId', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create({ name: `Robo ${index}`, externalId: 'robo-1' })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'CreateBotPayload')).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'ConflictError')).toHaveLength(19);
  });

  it.each([
    ['a name of spaces', { name: ' ' }, 'name'],
    ['an empty externalId', { externalId: '' }, 'externalId'],
    ['an externalId of 256 characters', { externalId: 'x'.repeat(256) }, 'externalId'],
  ])('refuses %s and writes nothing', async (_name, input, path) => {
    const answer = await create({ name: 'Robo', ...input });
    expect(expectType(answer, 'ValidationError').issues).toMatchObject([{ path: [path] }]);
    expect((await bots()).totalCount).toBe(0);
  });

  it('requires a caller that may administer', async () => {
    const client = await makeApiKey(parley, workspace, { scopes: ['WRITE'] });
    expectType(await create({ name: 'Robo' }, client), 'ForbiddenError');
  });
});

describe("a bot's key", () => {
  it('acts as this bot when reading and writing', async () => {
    const robo = await makeBot(workspace);
    const viewer = await ask(clientOf(robo), ViewerDocument, {});
    expect(viewer).toMatchObject({
      actor: { __typename: 'Bot', id: robo.id, name: 'Robo' },
      scopes: ['READ', 'WRITE'],
      workspace: { id: workspace.id },
    });
  });

  it('lets the bot join, write and leave as itself', async () => {
    const robo = await makeBot(workspace);
    const client = clientOf(robo);
    const { id: conversationId } = await makeConversation(workspace);
    await succeed(client, JoinConversationDocument, { conversationId });
    expect(
      (await succeed(client, SendMessageDocument, { conversationId, text: 'Hi' })).messageEdge.node.author,
    ).toMatchObject({
      id: robo.id,
    });
    await succeed(client, LeaveConversationDocument, { conversationId });
    const conversation = await ask(client, ConversationHistoryDocument, { id: conversationId });
    const facts = nodesOf(conversation?.events)
      .slice(-3)
      .map(({ type, actor }) => [type, actor.id]);
    expect(facts).toEqual([
      ['participant.joined', robo.id],
      ['message.added', robo.id],
      ['participant.left', robo.id],
    ]);
    expect(conversation?.participants).toMatchObject([{ role: 'BOT', actor: { id: robo.id } }]);
  });

  it('lets the bot neither administer nor act for anyone else', async () => {
    const client = clientOf(await makeBot(workspace));
    const user = await makeUser(workspace);
    const { id: conversationId } = await makeConversation(workspace);
    const member = { input: { conversationId, actorId: user.id } };
    const email = 'ada@example.com';
    const answers = [
      await create({ name: 'Another' }, client),
      await act(client, CreateUserDocument, { name: 'Ada', email }),
      await act(client, CreateChannelDocument, { name: 'Web', type: 'WEBCHAT' }),
      await ask(client, JoinConversationDocument, member),
      await ask(client, LeaveConversationDocument, member),
    ];
    for (const answer of answers) expectType(answer, 'ForbiddenError');
  });

  it('is different for every bot', async () => {
    const [first, second] = [await makeBot(workspace, 'One'), await makeBot(workspace, 'Two')];
    expect(first.apiKey).not.toBe(second.apiKey);
    const viewer = await ask(clientOf(second), ViewerDocument, {});
    expect(viewer.actor.id).toBe(second.id);
  });
});
