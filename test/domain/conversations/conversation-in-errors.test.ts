import { beforeEach, describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  DeleteChannelDocument,
  DeleteConversationDocument,
  LeaveConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeChannel, makeContact, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { signIn } from '../../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

type Failure = { __typename: string; conversation?: Record<string, unknown> | null };

/** Sends a mutation, and returns what its answer says of the conversation. */
async function send({ post }: Pick<TestWorkspace, 'post'>, name: string, input: object): Promise<Failure> {
  const Name = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const conversation = 'conversation { id subject status version tags }';
  const moves = !['createConversation', 'createContact'].includes(name);
  const query = `mutation ($input: ${Name}Input!) { ${name}(input: $input) {
    __typename ... on ConflictError { ${conversation} } ${moves ? `... on InvalidTransitionError { ${conversation} }` : ''}
  } }`;
  const { body } = await post<Record<string, Failure>>(query, { input });
  const answer = body.data?.[name];
  if (!answer) throw new Error(JSON.stringify(body.errors));
  return answer;
}

let userId: string;
beforeEach(async () => {
  userId = (await makeUser(workspace)).id;
});

type Refused = [name: string, input: (conversationId: string) => object];

const refusedIfClosed: Refused[] = [
  ['updateConversation', (conversationId) => ({ conversationId, status: 'PENDING' })],
  ['closeConversation', (conversationId) => ({ conversationId })],
  ['snoozeConversation', (conversationId) => ({ conversationId, until: '2999-01-01T00:00:00Z' })],
  ['assignConversation', (conversationId) => ({ conversationId, assigneeId: userId })],
  ['transferConversation', (conversationId) => ({ conversationId, toAssigneeId: userId })],
  ['joinConversation', (conversationId) => ({ conversationId, actorId: userId })],
  ['sendMessage', (conversationId) => ({ conversationId, text: 'Hello' })],
];

const refusedIfChanged: Refused[] = [
  ['updateConversation', (conversationId) => ({ conversationId, subject: 'Mine', expectedVersion: 1 })],
  ['closeConversation', (conversationId) => ({ conversationId, expectedVersion: 1 })],
  ['reopenConversation', (conversationId) => ({ conversationId, expectedVersion: 1 })],
  ['snoozeConversation', (conversationId) => ({ conversationId, until: '2999-01-01T00:00:00Z', expectedVersion: 1 })],
  ['assignConversation', (conversationId) => ({ conversationId, assigneeId: userId, expectedVersion: 1 })],
  ['transferConversation', (conversationId) => ({ conversationId, toAssigneeId: userId, expectedVersion: 1 })],
];

describe('the conversation in an error', () => {
  it.each(refusedIfClosed)('of %s on a closed one is the closed one', async (name, input) => {
    const { id } = await makeConversation(workspace, { subject: 'Order' });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    expect(await send(workspace, name, input(id))).toEqual({
      __typename: 'InvalidTransitionError',
      conversation: { id, subject: 'Order', status: 'CLOSED', version: 2, tags: [] },
    });
  });

  it.each(refusedIfChanged)('of %s with an outdated version is the current one', async (name, input) => {
    const { id } = await makeConversation(workspace, { subject: 'Order' });
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, subject: 'Theirs' });
    expect(await send(workspace, name, input(id))).toEqual({
      __typename: 'ConflictError',
      conversation: { id, subject: 'Theirs', status: 'OPEN', version: 2, tags: [] },
    });
  });

  it('is there wherever the conversation is in the way', async () => {
    const { id } = await makeConversation(workspace, { externalId: 'case-1', assigneeId: userId });
    const conversation = { id, status: 'OPEN' };
    const conflict = { __typename: 'ConflictError', conversation };
    expect(await send(workspace, 'reopenConversation', { conversationId: id })).toMatchObject({
      __typename: 'InvalidTransitionError',
      conversation,
    });
    const transfer = { conversationId: id, toAssigneeId: userId };
    expect(await send(workspace, 'transferConversation', transfer)).toMatchObject(conflict);
    expect(await send(workspace, 'createConversation', { externalId: 'case-1' })).toMatchObject(conflict);
  });

  it('is there in the results of many', async () => {
    const [open, closed] = [await makeConversation(workspace), await makeConversation(workspace, { subject: 'Order' })];
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    const query = `mutation ($input: CloseConversationsInput!) { closeConversations(input: $input) {
      ... on CloseConversationsPayload { results { error { ... on InvalidTransitionError { conversation { subject } } } } }
    } }`;
    const input = { conversationIds: [open.id, closed.id], idempotencyKey: 'key-1' };
    for (let time = 1; time <= 2; time += 1) {
      const { body } = await workspace.post(query, { input });
      const results = [{ error: null }, { error: { conversation: { subject: 'Order' } } }];
      expect(body).toEqual({ data: { closeConversations: { results } } });
    }
  });

  it('is what the faster of two wrote', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const subjects = ['First', 'Second'];
    const answers = await Promise.all(
      subjects.map((subject) => send(workspace, 'updateConversation', { conversationId, subject, expectedVersion: 1 })),
    );
    const winner = subjects[answers.findIndex(({ __typename }) => __typename === 'UpdateConversationPayload')];
    const loser = answers.find(({ __typename }) => __typename === 'ConflictError');
    expect(loser?.conversation).toMatchObject({ subject: winner, version: 2 });
  });

  it('is null if the input conflicts with something else', async () => {
    const { id } = await makeConversation(workspace);
    const { email } = await makeContact(workspace);
    const nothing = { __typename: 'ConflictError', conversation: null };
    expect(await send(workspace, 'createContact', { name: 'Carla', email })).toEqual(nothing);
    await workspace.post(`mutation { deactivateUser(input: { userId: "${userId}" }) { __typename } }`);
    expect(await send(workspace, 'assignConversation', { conversationId: id, assigneeId: userId })).toEqual(nothing);
  });

  it('is null if the viewer may not see it', async () => {
    const [channel, contact] = [await makeChannel(workspace), await makeContact(workspace)];
    const { id: ownerId } = await makeUser(workspace);
    const wanted = { channelId: channel.id, contactId: contact.id };
    await makeConversation(workspace, { ...wanted, ownerId, externalId: 'case-1' });
    const agent = await signIn(parley, workspace, userId);
    const nothing = { __typename: 'ConflictError', conversation: null };
    expect(await send(agent, 'createConversation', wanted)).toEqual(nothing);
    expect(await send(agent, 'createConversation', { externalId: 'case-1' })).toEqual(nothing);
  });

  it('shows a contact what it may see', async () => {
    const channel = await makeChannel(workspace, { allowMany: true });
    const { id, contact } = await makeContactConversation(workspace, { channelId: channel.id, tags: ['vip'] });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const customer = await signIn(parley, workspace, contact?.id ?? '');
    await succeed(workspace, DeleteChannelDocument, { channelId: channel.id });
    expect(await send(customer, 'sendMessage', { conversationId: id, text: 'Hello' })).toEqual({
      __typename: 'ConflictError',
      conversation: { id, subject: null, status: 'CLOSED', version: 2, tags: [] },
    });
  });
});

describe('the conversation in a repeated error', () => {
  it('is as it is now', async () => {
    const { id: conversationId } = await makeConversation(workspace, { subject: 'Before' });
    await succeed(workspace, CloseConversationDocument, { conversationId });
    const failing: [string, object][] = [
      ['closeConversation', { conversationId, idempotencyKey: 'key-1' }],
      ['updateConversation', { conversationId, subject: 'Mine', expectedVersion: 1, idempotencyKey: 'key-2' }],
    ];
    for (const [name, input] of failing) {
      expect((await send(workspace, name, input)).conversation).toMatchObject({ subject: 'Before', version: 2 });
    }
    await succeed(workspace, UpdateConversationDocument, { conversationId, status: 'OPEN', subject: 'After' });
    for (const [name, input] of failing) {
      const { conversation } = await send(workspace, name, input);
      expect(conversation).toMatchObject({ id: conversationId, subject: 'After', status: 'OPEN', version: 3 });
    }
  });

  it('is null once it is deleted, or the viewer may not see it any more', async () => {
    const { id: ownerId } = await makeUser(workspace);
    const { id: conversationId } = await makeConversation(workspace, { ownerId, participantIds: [userId] });
    const agent = await signIn(parley, workspace, userId);
    await succeed(workspace, CloseConversationDocument, { conversationId });
    const input = { conversationId, idempotencyKey: 'key-1' };
    const refused = { __typename: 'InvalidTransitionError', conversation: { id: conversationId } };
    expect(await send(agent, 'closeConversation', input)).toMatchObject(refused);
    expect(await send(workspace, 'closeConversation', input)).toMatchObject(refused);
    await succeed(workspace, LeaveConversationDocument, { conversationId, actorId: userId });
    expect(await send(agent, 'closeConversation', input)).toEqual({ ...refused, conversation: null });
    expect(await send(workspace, 'closeConversation', input)).toMatchObject(refused);
    await succeed(workspace, DeleteConversationDocument, { conversationId });
    expect(await send(workspace, 'closeConversation', input)).toEqual({ ...refused, conversation: null });
  });

  it('is null if it was kept before errors had it', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId });
    const failing: [string, object, string][] = [
      ['closeConversation', { conversationId, idempotencyKey: 'key-1' }, 'InvalidTransitionError'],
      ['closeConversation', { conversationId, expectedVersion: 1, idempotencyKey: 'key-2' }, 'ConflictError'],
    ];
    for (const [name, input] of failing) await send(workspace, name, input);
    await parley.database.prisma.$executeRaw`
      UPDATE "IdempotencyClaim" SET failure = failure #- '{details,conversationId}'
      WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid`;
    for (const [name, input, __typename] of failing) {
      expect(await send(workspace, name, input)).toEqual({ __typename, conversation: null });
    }
  });
});
