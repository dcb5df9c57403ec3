import type { Client } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeId } from '../../src/lib/ids.js';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  CreateConversationDocument,
  DeleteConversationDocument,
  EventCursorDocument,
  LeaveConversationDocument,
  LiveEventsDocument,
  type LiveEventsSubscriptionVariables,
  SendMessageDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useParley } from '../support/fixtures.js';
import { makeBot, makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { connect, eventually, listen } from './support/listen.js';

const parley = useParley({});

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

function socket(workspace: TestWorkspace, key = workspace.apiKey): Client {
  const client = connect(parley.url, key);
  clients.push(client);
  return client;
}

const cursorOf = (client: TestWorkspace) => ask(client, EventCursorDocument, {});
const send = ({ run }: TestWorkspace, conversationId: string, text: string) =>
  run(SendMessageDocument, { input: { conversationId, text } });

describe('the events subscription', () => {
  it('sends the events of the whole workspace, typed and in order, each with a cursor', async () => {
    const workspace = await parley.newWorkspace();
    const heard = listen(socket(workspace), LiveEventsDocument, { after: await cursorOf(workspace) });
    const conversation = await makeContactConversation(workspace, { message: { text: 'Hi', direction: 'INBOUND' } });
    const user = await makeUser(workspace);
    await succeed(workspace, AssignConversationDocument, { conversationId: conversation.id, assigneeId: user.id });
    const results = await heard.until(5);
    expect(results.map(({ data }) => data?.events.type)).toEqual([
      'conversation.created',
      'participant.joined',
      'message.added',
      'participant.joined',
      'conversation.assigned',
    ]);
    expect(results[2]?.data?.events).toMatchObject({
      message: { text: 'Hi' },
      seq: 1,
      conversationId: conversation.id,
    });
    expect(results[4]?.data?.events).toMatchObject({ from: null, to: { id: user.id } });
    for (const { data, extensions } of results) expect(extensions).toEqual({ cursor: data?.events.cursor });
  });

  it('first sends events missed after a cursor, then new ones, each once', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const after = await cursorOf(workspace);
    for (const text of ['1', '2', '3']) await send(workspace, id, text);
    const heard = listen(socket(workspace), LiveEventsDocument, { after });
    await heard.until(3);
    for (const text of ['4', '5']) await send(workspace, id, text);
    const results = await heard.until(5);
    expect(results.map(({ data }) => data?.events.__typename === 'MessageAdded' && data.events.seq)).toEqual([
      1, 2, 3, 4, 5,
    ]);
    const third = listen(socket(workspace), LiveEventsDocument, { after: results[2]?.data?.events.cursor });
    expect((await third.until(2)).map(({ data }) => data?.events.cursor)).toEqual(
      results.slice(3).map(({ data }) => data?.events.cursor),
    );
  });

  it('sends only the requested conversation and types', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const other = await makeConversation(workspace);
    const after = await cursorOf(workspace);
    const one = listen(socket(workspace), LiveEventsDocument, { conversationId: id, after });
    const closed = listen(socket(workspace), LiveEventsDocument, { types: ['conversation.closed'], after });
    const nothing = listen(socket(workspace), LiveEventsDocument, { types: [], after });
    await send(workspace, other.id, 'elsewhere');
    await send(workspace, id, 'here');
    await succeed(workspace, CloseConversationDocument, { conversationId: other.id });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    expect((await one.until(2)).map(({ data }) => data?.events.type)).toEqual(['message.added', 'conversation.closed']);
    expect((await closed.until(2)).map(({ data }) => data?.events.conversationId)).toEqual([other.id, id]);
    expect([one.results.length, closed.results.length, nothing.results.length]).toEqual([2, 2, 0]);
  });

  it('continues to send the events of a conversation deleted meanwhile', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const after = await cursorOf(workspace);
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    const heard = listen(socket(workspace), LiveEventsDocument, { conversationId: id, after });
    expect((await heard.until(1))[0]?.data?.events).toMatchObject({ type: 'conversation.deleted', conversationId: id });
  });

  it('sends nothing of another workspace', async () => {
    const workspace = await parley.newWorkspace();
    const stranger = await parley.newWorkspace();
    const heard = listen(socket(stranger), LiveEventsDocument, { after: await cursorOf(stranger) });
    await makeConversation(workspace);
    await makeConversation(stranger);
    expect((await heard.until(1)).length).toBe(1);
  });

  it('sends a bot only what it may see, and stops when it no longer may', async () => {
    const workspace = await parley.newWorkspace();
    const bot = await makeBot(workspace);
    const owner = await makeUser(workspace);
    const heard = listen(socket(workspace, bot.apiKey), LiveEventsDocument, {
      after: await cursorOf(workspace),
    });
    const own = await makeConversation(workspace, { ownerId: owner.id, botId: bot.id });
    const secret = await makeConversation(workspace, { ownerId: owner.id });
    const open = await makeConversation(workspace);
    const results = await heard.until(4);
    const ids = new Set(results.map(({ data }) => data?.events.conversationId));
    expect(ids).toEqual(new Set([own.id, open.id]));
    expect(ids.has(secret.id)).toBe(false);
    await succeed(workspace, AssignConversationDocument, {
      conversationId: own.id,
      assigneeId: (await makeBot(workspace)).id,
    });
    await succeed(workspace, LeaveConversationDocument, { conversationId: own.id, actorId: bot.id });
    await send(workspace, own.id, 'not for you');
    await send(workspace, open.id, 'for you');
    const isForYou = () => heard.results.at(-1)?.data?.events.conversationId === open.id;
    await eventually(() => heard.results.length > 4 && isForYou(), 'what is for the bot');
    const ofOwn = heard.results.filter(({ data }) => data?.events.conversationId === own.id);
    expect(ofOwn.at(-1)?.data?.events.type).toBe('participant.left');
  });

  it('refuses a forged or foreign cursor, an unknown type and an unknown conversation', async () => {
    const workspace = await parley.newWorkspace();
    const foreign = await cursorOf(await parley.newWorkspace());
    const own = await cursorOf(workspace);
    const tampered = `${own.slice(0, -1)}${own.endsWith('A') ? 'B' : 'A'}`;
    const { id } = await makeConversation(await parley.newWorkspace());
    const client = socket(workspace);
    const refusal = async (variables: LiveEventsSubscriptionVariables) =>
      (await listen(client, LiveEventsDocument, variables).until(1))[0]?.errors;
    const badInput = [expect.objectContaining({ extensions: expect.objectContaining({ code: 'BAD_USER_INPUT' }) })];
    expect(await refusal({ after: tampered })).toEqual(badInput);
    expect(await refusal({ after: foreign })).toEqual(badInput);
    expect(await refusal({ types: ['message.eaten'] })).toEqual(badInput);
    expect(await refusal({ conversationId: 'conv_nonsense' })).toEqual(badInput);
    expect(await refusal({ conversationId: id })).toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'NOT_FOUND' }) }),
    ]);
  });

  it('returns CURSOR_EXPIRED for a history undone by a restore', async () => {
    const workspace = await parley.newWorkspace();
    await makeConversation(workspace);
    const after = await cursorOf(workspace);
    await parley.database.prisma.$executeRaw`
      UPDATE "Event" SET id = gen_random_uuid() WHERE "workspaceId" = ${decodeId('Workspace', workspace.id)}::uuid`;
    const [refused] = await listen(socket(workspace), LiveEventsDocument, { after }).until(1);
    expect(refused?.errors).toEqual([expect.objectContaining({ extensions: { code: 'CURSOR_EXPIRED' } })]);
  });
});

describe('a socket', () => {
  it('can run queries and mutations', async () => {
    const workspace = await parley.newWorkspace('Over a socket');
    const heard = listen(socket(workspace), ViewerDocument, {});
    expect((await heard.until(1))[0]?.data?.viewer.workspace.name).toBe('Over a socket');
    expect(await heard.ended).toBe(null);
    const created = listen(socket(workspace), CreateConversationDocument, {
      input: { subject: 'By socket' },
    });
    expect((await created.until(1))[0]?.data?.createConversation).toMatchObject({ created: true });
  });

  it('masks errors and refuses what HTTP refuses', async () => {
    const workspace = await parley.newWorkspace();
    const client = socket(workspace);
    const nul = listen(client, CreateConversationDocument, { input: { subject: 'a\0b' } });
    const [path, message] = [['input', 'subject'], expect.stringContaining('NUL')];
    expect(await nul.ended).toEqual([
      { message, extensions: { code: 'BAD_USER_INPUT', path, issues: [{ path, message }] } },
    ]);
    const refused: [query: string, code: string, message: string][] = [
      ['{ nonsense }', 'GRAPHQL_VALIDATION_FAILED', 'nonsense'],
      ['{ viewer {', 'GRAPHQL_PARSE_FAILED', 'Syntax'],
      ['query a { __typename } query b { __typename }', 'OPERATION_RESOLUTION_FAILURE', 'what operation'],
    ];
    for (const [query, code, words] of refused) {
      expect(await listen(client, query, {}).ended).toMatchObject([
        { message: expect.stringContaining(words), extensions: { code } },
      ]);
    }
    const first = listen(client, 'query { conversations(first: 0) { totalCount } }', {});
    expect((await first.until(1))[0]?.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });
});
