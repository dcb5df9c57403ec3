import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  type CloseConversationInput,
  CloseConversationsDocument,
  type CloseConversationsInput,
  ConversationByExternalIdDocument,
  CreateConversationDocument,
  type CreateConversationInput,
  LatestOpenConversationDocument,
  UpdateConversationDocument,
  type UpdateConversationInput,
} from '../generated/operations.js';
import { act, ask } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeConversation } from '../support/make.js';
import { expectType } from '../support/parley.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const workspace = useFreshWorkspace(useParley({ clock: clock.now }));

/** The bot_id, user_id and channel_id that every call carries; what is made under one triple is not there for another. */
const client = { bot: 'bot-1', user: 'user-1', channel: 'channel-1' };
const otherClients = [
  { ...client, bot: 'bot-2' },
  { ...client, user: 'user-2' },
  { ...client, channel: 'channel-2' },
];
/** The engine chooses the ids of conversations itself. */
const id = '0d9c5a6e-6f0f-4a8c-9d0a-6a2f3f1d7b11';

const create = async (input: CreateConversationInput) => await act(workspace, CreateConversationDocument, input);
const created = async (externalId: string, of = client) =>
  expectType(await create({ client: of, externalId }), 'CreateConversationPayload').conversation;
const get = async (externalId: string, of = client) =>
  await ask(workspace, ConversationByExternalIdDocument, { client: of, externalId });
const latest = async (of = client) => await ask(workspace, LatestOpenConversationDocument, { client: of });
const close = async (input: CloseConversationInput) => await act(workspace, CloseConversationDocument, input);
const closeAll = async (input: CloseConversationsInput) => await act(workspace, CloseConversationsDocument, input);
const update = async (input: Omit<UpdateConversationInput, 'client'>, of = client) =>
  await act(workspace, UpdateConversationDocument, { ...input, client: of });

/** The statuses that end a conversation there, and the resolution that each is here. */
const endings = [
  ['CLOSED', {}, null],
  ['SWITCHED', { resolution: 'SWITCHED' }, 'SWITCHED'],
  ['EXPIRED', { resolution: 'EXPIRED' }, 'EXPIRED'],
  ['FAILED', { resolution: 'FAILED' }, 'FAILED'],
] as const;

/** Parts of the client key without which nothing is asked: each is required there. */
const missing = ['bot', 'user', 'channel'].map((name) => [name, { ...client, [name]: '' }] as const);

describe('close_all_conversations', () => {
  it.each(endings)(
    'closes all conversations of the triple with the status %s',
    async (_status, resolution, expected) => {
      await created('a');
      await created('b');
      await update({ conversationId: 'b', status: 'PENDING' });
      for (const other of otherClients) await created('c', other);
      const at = clock.tick();
      const answer = expectType(await closeAll({ client, ...resolution }), 'CloseConversationsPayload');
      expect(answer).toMatchObject({ closedCount: 2, results: [{ error: null }, { error: null }] });
      for (const externalId of ['a', 'b']) {
        expect(await get(externalId)).toMatchObject({ status: 'CLOSED', closure: { at, resolution: expected } });
      }
      for (const other of otherClients) expect(await get('c', other)).toMatchObject({ status: 'OPEN' });
    },
  );

  it('keeps conversations that are already closed, and succeeds if none is open', async () => {
    await created('a');
    const first = await closeAll({ client, resolution: 'FAILED' });
    expect(first).toMatchObject({ closedCount: 1 });
    clock.tick();
    const before = await get('a');
    expect(await closeAll({ client })).toMatchObject({ closedCount: 0, results: [] });
    expect(await get('a')).toEqual(before);
  });

  it.each(missing)('refuses a triple without a %s', async (name, wrong) => {
    const answer = expectType(await closeAll({ client: wrong }), 'ValidationError');
    expect(answer.issues).toMatchObject([{ path: ['client', name] }]);
  });
});

describe('close_conversation', () => {
  it.each(endings)('closes a conversation with the status %s', async (_status, resolution, expected) => {
    await created(id);
    await created('another');
    const at = clock.tick();
    expectType(await close({ conversationId: id, client, ...resolution }), 'CloseConversationPayload');
    expect(await get(id)).toMatchObject({ status: 'CLOSED', closure: { at, resolution: expected }, updatedAt: at });
    expect(await get('another')).toMatchObject({ status: 'OPEN' });
  });

  it('reports that a conversation is already closed, and keeps it unchanged', async () => {
    await created(id);
    await close({ conversationId: id, client });
    const before = await get(id);
    clock.tick();
    expect(await close({ conversationId: id, client, resolution: 'FAILED' })).toMatchObject({
      __typename: 'InvalidTransitionError',
      from: 'CLOSED',
      to: 'CLOSED',
    });
    expect(await get(id)).toEqual(before);
  });

  it('does not find a conversation of another triple', async () => {
    await created(id);
    for (const other of otherClients) {
      expect(expectType(await close({ conversationId: id, client: other }), 'NotFoundError').id).toBe(id);
    }
    expect(await get(id)).toMatchObject({ status: 'OPEN' });
  });
});

describe('create_conversation', () => {
  it('creates an open conversation with the given id, and returns every field of ConversationModel', async () => {
    const at = clock.tick();
    const answer = expectType(
      await create({ client, externalId: id, flowId: 'Default', stepId: 'start', metadata: { locale: 'de' } }),
      'CreateConversationPayload',
    );
    expect(answer).toMatchObject({
      created: true,
      conversation: {
        externalId: id,
        bot: { externalId: 'bot-1' },
        contact: { externalId: 'user-1' },
        channel: { externalId: 'channel-1' },
        flow: { flowId: 'Default', stepId: 'start' },
        metadata: { locale: 'de' },
        status: 'OPEN',
        closure: null,
        lastInteractionAt: at,
        updatedAt: at,
        createdAt: at,
        expiresAt: null,
      },
    });
  });

  it('needs none of flow_id, step_id and metadata, and accepts a time to live', async () => {
    clock.tick();
    const expiresAt = '2999-12-31T00:00:00.000Z';
    const answer = expectType(await create({ client, externalId: id, expiresAt }), 'CreateConversationPayload');
    expect(answer.conversation).toMatchObject({ flow: null, metadata: {}, expiresAt });
  });

  it('creates a second open conversation in the same triple, which then is the latest', async () => {
    await created('a');
    clock.tick();
    await created('b');
    expect([await get('a'), await get('b')]).toMatchObject([{ status: 'OPEN' }, { status: 'OPEN' }]);
    expect((await latest())?.externalId).toBe('b');
  });

  it('returns ConversationExistsError if the triple has the id, and accepts it in another triple', async () => {
    const first = await created(id);
    expect(expectType(await create({ client, externalId: id }), 'ConversationExistsError')).toMatchObject({
      code: 'CONVERSATION_EXISTS',
      conversation: { id: first.id },
    });
    for (const other of otherClients) expect((await created(id, other)).id).not.toBe(first.id);
  });

  it('refuses metadata that is not an object', async () => {
    const { body } = await workspace.post(
      'mutation ($input: CreateConversationInput!) { createConversation(input: $input) { __typename } }',
      { input: { client, externalId: id, metadata: [1] } },
    );
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(await get(id)).toBeNull();
  });

  it.each(missing)('refuses a triple without a %s', async (name, wrong) => {
    const answer = expectType(await create({ client: wrong, externalId: id }), 'ValidationError');
    expect(answer.issues).toMatchObject([{ path: ['client', name] }]);
  });
});

describe('get_conversation', () => {
  it('returns every field of ConversationModel', async () => {
    const at = clock.tick();
    await create({ client, externalId: id, flowId: 'Default', stepId: 'start', metadata: { locale: 'de' } });
    expect(await get(id)).toMatchObject({
      externalId: id,
      bot: { externalId: 'bot-1' },
      contact: { externalId: 'user-1' },
      channel: { externalId: 'channel-1' },
      flow: { flowId: 'Default', stepId: 'start' },
      metadata: { locale: 'de' },
      status: 'OPEN',
      closure: null,
      lastInteractionAt: at,
      updatedAt: at,
      createdAt: at,
      expiresAt: null,
    });
  });

  it('returns null for an id of another triple or a nonexistent one', async () => {
    await created(id);
    for (const other of otherClients) expect(await get(id, other)).toBeNull();
    expect(await get('unknown')).toBeNull();
    await makeConversation(workspace, { externalId: 'without-client' });
    expect(await get('without-client')).toBeNull();
  });
});

describe('get_latest_open', () => {
  it('returns the open conversation that changed last: has_open is true', async () => {
    await created('a');
    clock.tick();
    await created('b');
    expect((await latest())?.externalId).toBe('b');
    clock.tick();
    await update({ conversationId: 'a', stepId: 'next' });
    expect(await latest()).toEqual(await get('a'));
  });

  it('returns null if none is open: has_open is false', async () => {
    expect(await latest()).toBeNull();
    await created(id);
    for (const other of otherClients) expect(await latest(other)).toBeNull();
    await close({ conversationId: id, client });
    expect(await latest()).toBeNull();
  });
});

describe('update_conversation', () => {
  it('changes flow_id and step_id, and each of them alone', async () => {
    await create({ client, externalId: id, flowId: 'Default', stepId: 'start' });
    const at = clock.tick();
    await update({ conversationId: id, flowId: 'Order', stepId: 'ask' });
    expect(await get(id)).toMatchObject({ flow: { flowId: 'Order', stepId: 'ask' }, updatedAt: at });
    await update({ conversationId: id, stepId: 'answer' });
    expect((await get(id))?.flow).toEqual({ flowId: 'Order', stepId: 'answer' });
    await update({ conversationId: id, flowId: 'Goodbye' });
    expect((await get(id))?.flow).toEqual({ flowId: 'Goodbye', stepId: 'answer' });
  });

  it('sets last_interaction_at to now for last_interaction only', async () => {
    const { lastInteractionAt: first } = await created(id);
    clock.tick();
    await update({ conversationId: id, stepId: 'ask' });
    expect((await get(id))?.lastInteractionAt).toBe(first);
    await update({ conversationId: id, touchLastInteraction: false });
    expect((await get(id))?.lastInteractionAt).toBe(first);
    const at = clock.tick();
    await update({ conversationId: id, touchLastInteraction: true });
    expect((await get(id))?.lastInteractionAt).toBe(at);
  });

  it('does not find a conversation of another triple or a nonexistent one', async () => {
    await created(id);
    const before = await get(id);
    for (const other of otherClients) {
      const answer = await update({ conversationId: id, stepId: 'ask' }, other);
      expect(expectType(answer, 'NotFoundError').id).toBe(id);
    }
    const unknown = unknownId('Conversation');
    expect(expectType(await update({ conversationId: unknown, stepId: 'ask' }), 'NotFoundError').id).toBe(unknown);
    expect(await get(id)).toEqual(before);
  });
});
