import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  ConversationDocument,
  CreateConversationDocument,
  type CreateConversationInput,
  DeleteConversationDocument,
  MessageDocument,
  OwnedConversationsDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { act, ask, succeed } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { messagesOf, say } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeConversation, makeUser } from '../support/make.js';
import { expectType } from '../support/parley.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useWorkspace(parley);
const faulty = useParley({
  clock: () => {
    throw new Error('The clock of this server is broken.');
  },
});

type CreateInput = CreateConversationInput;

const create = async (input: CreateInput) => await act(workspace, CreateConversationDocument, input);
const remove = async (conversationId: string) => await act(workspace, DeleteConversationDocument, { conversationId });
const get = async (id: string) => await ask(workspace, ConversationDocument, { id });
const list = async (userId: string) => await ask(workspace, OwnedConversationsDocument, { userId });

/** What a server answers that has a fault: code INTERNAL_ERROR there, nothing of the fault, and which request it was. */
async function expectFault<Variables>(document: TypedDocumentNode<unknown, Variables>, variables: Variables & object) {
  const { headers, body } = await faulty.connect(workspace).post(print(document), variables);
  const requestId = headers.get('x-request-id');
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(body.data ?? null).toBeNull();
  expect(body.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } }]);
  expect(JSON.stringify(body)).not.toContain('clock');
}

describe('create_conversation', () => {
  it('201: creates a conversation of user_id with its title, and returns its id', async () => {
    const owner = await makeUser(workspace);
    const at = clock.tick();
    const answer = expectType(
      await create({ ownerId: owner.id, subject: 'Leg day', externalId: '1' }),
      'CreateConversationPayload',
    );
    expect(answer).toMatchObject({
      created: true,
      conversation: {
        id: expect.stringMatching(/^conv_/),
        externalId: '1',
        owner: { id: owner.id },
        subject: 'Leg day',
        createdAt: at,
        updatedAt: at,
      },
    });
    expect(await get(answer.conversation.id)).toEqual(answer.conversation);
  });

  it.each([
    ['an empty title', { subject: '' }, 'subject'],
    ['a title of blanks', { subject: ' \t' }, 'subject'],
    ['a title too long', { subject: 'x'.repeat(501) }, 'subject'],
    ['a user_id that is a number', { ownerId: '1' }, 'ownerId'],
    ['a user_id of another type', { ownerId: unknownId('Bot') }, 'ownerId'],
  ])('400: refuses %s, and details name the path', async (_name, wrong, path) => {
    const owner = await makeUser(workspace);
    const answer = expectType(await create({ ownerId: owner.id, subject: 'Leg day', ...wrong }), 'ValidationError');
    expect(answer.code).toBe('VALIDATION_FAILED');
    expect(answer.issues).toMatchObject([{ path: [path], message: expect.stringMatching(/^Must /) }]);
    expect(await list(owner.id)).toMatchObject({ conversations: { totalCount: 0 } });
  });

  it('404: returns NotFoundError if the user does not exist', async () => {
    const ownerId = unknownId('User');
    const answer = expectType(await create({ ownerId, subject: 'Leg day' }), 'NotFoundError');
    expect(answer).toMatchObject({ code: 'NOT_FOUND', id: ownerId });
  });

  it('500: masks a server error', async () => {
    await expectFault(CreateConversationDocument, { input: { subject: 'Leg day' } });
  });
});

describe('delete_conversation', () => {
  it('204: deletes the conversation and all its messages', async () => {
    const owner = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { ownerId: owner.id });
    const messages: string[] = [];
    for (const [text, authorId] of [['What now?', owner.id] as const, ['Squats.'] as const]) {
      const input = { conversationId: id, text, authorId };
      messages.push((await succeed(workspace, SendMessageDocument, input)).messageEdge.node.id);
    }
    expect(await remove(id)).toEqual({
      __typename: 'DeleteConversationPayload',
      deletedConversationId: id,
      deletedMessageCount: 2,
    });
    expect(await get(id)).toBeNull();
    for (const message of messages) {
      expect(await ask(workspace, MessageDocument, { id: message })).toBeNull();
    }
    expect(await list(owner.id)).toMatchObject({ conversations: { totalCount: 0, edges: [] } });
  });

  it('404: returns NotFoundError for a nonexistent or deleted conversation', async () => {
    const unknown = unknownId('Conversation');
    expect(expectType(await remove(unknown), 'NotFoundError')).toMatchObject({ code: 'NOT_FOUND', id: unknown });
    const { id } = await makeConversation(workspace);
    await remove(id);
    expect(expectType(await remove(id), 'NotFoundError').id).toBe(id);
  });

  it('500: masks a server error', async () => {
    const input = { conversationId: (await makeConversation(workspace)).id };
    await expectFault(DeleteConversationDocument, { input });
    expect(await get(input.conversationId)).toMatchObject({ id: input.conversationId });
  });
});

describe('get_conversation_by_id', () => {
  it('200: returns id, user_id, title and created_at', async () => {
    const owner = await makeUser(workspace);
    const createdAt = clock.tick();
    const { id } = await makeConversation(workspace, { ownerId: owner.id, subject: 'Leg day' });
    expect(await get(id)).toMatchObject({
      id,
      owner: { id: owner.id },
      subject: 'Leg day',
      status: 'OPEN',
      createdAt,
      updatedAt: createdAt,
    });
  });

  it('404: returns null if the conversation does not exist', async () => {
    expect(await get(unknownId('Conversation'))).toBeNull();
  });

  it('500: masks a server error', async () => {
    await expectFault(ConversationDocument, { id: (await makeConversation(workspace)).id });
  });
});

describe('list_conversations', () => {
  it('200: returns the conversations of user_id only, by last change, newest first', async () => {
    const [owner, other] = [await makeUser(workspace), await makeUser(workspace, 'Grace')];
    await makeConversation(workspace, { ownerId: other.id, subject: 'Somebody else’s' });
    const first = clock.tick();
    const older = await makeConversation(workspace, { ownerId: owner.id, subject: 'Leg day' });
    const second = clock.tick();
    const newer = await makeConversation(workspace, { ownerId: owner.id, subject: 'Rest day' });
    const changed = clock.tick();
    const input = { conversationId: older.id, text: 'Squats.' };
    const lastMessage = {
      id: (await succeed(workspace, SendMessageDocument, input)).messageEdge.node.id,
      text: 'Squats.',
    };
    const shared = { status: 'OPEN', owner: { id: owner.id } };
    expect(await list(owner.id)).toEqual({
      __typename: 'User',
      id: owner.id,
      conversations: {
        totalCount: 2,
        edges: [
          { ...shared, id: older.id, subject: 'Leg day', createdAt: first, updatedAt: changed, lastMessage },
          { ...shared, id: newer.id, subject: 'Rest day', createdAt: second, updatedAt: second, lastMessage: null },
        ].map((node) => ({ node })),
        pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
      },
    });
  });

  it('404: returns null if the user does not exist', async () => {
    expect(await list(unknownId('User'))).toBeNull();
  });

  it('500: masks a server error', async () => {
    await expectFault(OwnedConversationsDocument, { userId: (await makeUser(workspace)).id });
  });
});

describe('create_message', () => {
  it('201: stores messages of user, assistant and system, and list_messages returns them in order', async () => {
    const [owner, bot] = [await makeUser(workspace), await makeBot(workspace)];
    const { id } = await makeConversation(workspace, { ownerId: owner.id, botId: bot.id });
    const system = 'sys_00000000000000000000000000';
    const said = [];
    for (const authorId of [system, owner.id, bot.id]) said.push(await say(workspace, id, { text: 'Lift!', authorId }));
    expect(said.map(({ author, direction }) => [author.__typename, author.id, direction])).toEqual([
      ['System', system, 'OUTBOUND'],
      ['User', owner.id, 'INBOUND'],
      ['Bot', bot.id, 'OUTBOUND'],
    ]);
    const { edges } = await messagesOf(workspace, id);
    expect(edges.map(({ node }) => node.id)).toEqual(said.map(({ id }) => id));
  });
});
