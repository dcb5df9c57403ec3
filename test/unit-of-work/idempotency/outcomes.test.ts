import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ConversationsDocument,
  CreateContactDocument,
  type CreateContactInput,
  CreateConversationDocument,
  type CreateConversationInput,
  DeleteContactDocument,
  DeleteConversationDocument,
  ReopenConversationDocument,
  SendMessageDocument,
  type SendMessageInput,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId, uuidOf } from '../../support/ids.js';
import { eventsOf, makeChannel, makeContact, makeContactConversation, makeConversation } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { digestRows } from '../../support/workspace-rows.js';
import { headOf } from '../support/cursors.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

type CreateInput = CreateConversationInput;
type SendInput = SendMessageInput;

const create = async (input: CreateInput) => await act(workspace, CreateConversationDocument, input);
const created = async (input: CreateInput) => expectType(await create(input), 'CreateConversationPayload');
const send = async (input: SendInput) => await act(workspace, SendMessageDocument, input);
const createContact = async (input: CreateContactInput) => await act(workspace, CreateContactDocument, input);

describe('an idempotency key', () => {
  it('is refused with a top-level error that names it', async () => {
    const { id: conversationId } = await makeContactConversation(workspace);
    await send({ conversationId, text: 'Hello', idempotencyKey: 'key-1' });
    const rows = await digestRows(parley, workspace);
    const { status, body } = await workspace.post(print(SendMessageDocument), {
      input: { conversationId, text: 'Other', idempotencyKey: 'key-1' },
    });
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([{ path: ['sendMessage'], extensions: { code: 'IDEMPOTENCY_CONFLICT' } }]);
    expect(body.errors?.[0]?.message).toContain('key-1');
    expect(await digestRows(parley, workspace)).toEqual(rows);
  });

  it('treats equivalent inputs as equal', async () => {
    const first = await created({
      subject: ' Order ',
      tags: ['a', 'a'],
      metadata: { a: 1, b: { c: 2, d: 3 } },
      idempotencyKey: 'key-1',
    });
    const second = await created({
      metadata: { b: { d: 3, c: 2 }, a: 1 },
      tags: [' a'],
      subject: 'Order',
      ifExists: 'ERROR',
      flowId: null,
      assigneeId: null,
      contact: null,
      idempotencyKey: 'key-1',
    });
    expect(second).toEqual(first);
  });

  it('treats lists in another order and an additional field as another input', async () => {
    await created({ tags: ['a', 'b'], idempotencyKey: 'key-1' });
    await expect(create({ tags: ['b', 'a'], idempotencyKey: 'key-1' })).rejects.toThrow('IDEMPOTENCY_CONFLICT');
    await expect(create({ tags: ['a', 'b'], priority: 'NORMAL', idempotencyKey: 'key-1' })).rejects.toThrow(
      'IDEMPOTENCY_CONFLICT',
    );
  });

  it('returns what it created in its current state', async () => {
    const { conversation } = await created({ subject: 'Before', idempotencyKey: 'key-1' });
    const input = { conversationId: conversation.id, subject: 'After' };
    await succeed(workspace, UpdateConversationDocument, input);
    const again = await created({ subject: 'Before', idempotencyKey: 'key-1' });
    expect(again).toMatchObject({ created: true, conversation: { id: conversation.id, subject: 'After' } });
  });

  it('returns whether the conversation was created by the first request', async () => {
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const wanted = { channelId, contactId, ifExists: 'RETURN' as const, message: { text: 'Hello' } };
    const first = await created({ ...wanted, idempotencyKey: 'key-1' });
    const second = await created({ ...wanted, idempotencyKey: 'key-2' });
    const { id } = first.conversation;
    expect([first.created, second.created]).toEqual([true, false]);
    for (const [idempotencyKey, isCreated] of [
      ['key-1', true],
      ['key-2', false],
    ] as const) {
      const again = await created({ ...wanted, idempotencyKey });
      expect(again).toMatchObject({ created: isCreated, conversation: { id, messageCount: 2 } });
    }
  });

  it('keeps the failure of an action', async () => {
    const { id: conversationId } = await makeContactConversation(workspace);
    const message = { conversationId, text: 'Hello', idempotencyKey: 'key-1' };
    await succeed(workspace, CloseConversationDocument, { conversationId });
    expectType(await send(message), 'InvalidTransitionError');
    await succeed(workspace, ReopenConversationDocument, { conversationId });
    expectType(await send(message), 'InvalidTransitionError');
    const another = { ...message, idempotencyKey: 'key-2' };
    const {
      messageEdge: { node: sent },
    } = expectType(await send(another), 'SendMessagePayload');
    expect(sent.seq).toBe(1);
    expect(expectType(await send(another), 'SendMessagePayload').messageEdge.node.id).toBe(sent.id);
  });

  it('is free for another input if the first one breaks its rules, and not after another failure', async () => {
    expectType(await createContact({ name: 'First', email: 'carla@example.com' }), 'CreateContactPayload');
    const taken = { name: 'Second', email: 'carla@example.com', idempotencyKey: 'key-1' };
    expectType(await createContact({ ...taken, email: 'nonsense' }), 'ValidationError');
    expectType(await createContact(taken), 'ConflictError');
    const other = createContact({ ...taken, email: 'other@example.com' });
    await expect(other).rejects.toThrow('IDEMPOTENCY_CONFLICT');
  });

  it('keeps that createConversation met the active conversation', async () => {
    const { id, channel, contact } = await makeContactConversation(workspace);
    const wanted = { channelId: channel?.id ?? '', contactId: contact?.id ?? '', idempotencyKey: 'key-1' };
    expectType(await create(wanted), 'ConversationExistsError');
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    expect(expectType(await create(wanted), 'ConversationExistsError').conversation.id).toBe(id);
    expect((await created({ ...wanted, idempotencyKey: 'key-2' })).created).toBe(true);
  });

  it('returns NotFoundError once what it created is deleted, and creates nothing', async () => {
    const { conversation } = await created({ message: { text: 'Hello' }, idempotencyKey: 'key-1' });
    const message = { conversationId: conversation.id, text: 'Hello', idempotencyKey: 'key-2' };
    const sent = expectType(await send(message), 'SendMessagePayload').messageEdge.node;
    const { contact } = expectType(
      await createContact({ name: 'Carla', idempotencyKey: 'key-3' }),
      'CreateContactPayload',
    );
    await succeed(workspace, DeleteConversationDocument, { conversationId: conversation.id });
    await succeed(workspace, DeleteContactDocument, { contactId: contact.id });
    const again = await create({ message: { text: 'Hello' }, idempotencyKey: 'key-1' });
    expect(expectType(again, 'NotFoundError').id).toBe(conversation.id);
    expect(expectType(await send(message), 'NotFoundError').id).toBe(sent.id);
    const contactAgain = await createContact({ name: 'Carla', idempotencyKey: 'key-3' });
    expect(expectType(contactAgain, 'NotFoundError').id).toBe(contact.id);
    expect((await ask(workspace, ConversationsDocument, {})).totalCount).toBe(0);
  });

  it('can be combined with a clientMessageId, so that a new key still returns the stored message', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const message = { conversationId, text: 'Hello', clientMessageId: 'm-1' };
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, index) => send({ ...message, idempotencyKey: `key-${index % 4}` })),
    );
    expect(new Set(sent.map((answer) => expectType(answer, 'SendMessagePayload').messageEdge.node.id)).size).toBe(1);
    const added = (await eventsOf(workspace, conversationId)).filter(({ type }) => type === 'message.added');
    expect(added).toHaveLength(1);
  });

  it('returns the message that was routed to a new conversation', async () => {
    const { id: conversationId } = await makeContactConversation(workspace);
    await succeed(workspace, CloseConversationDocument, { conversationId });
    const message = { conversationId, text: 'Hello', direction: 'INBOUND' as const, idempotencyKey: 'key-1' };
    const sent = await Promise.all(Array.from({ length: 10 }, () => send(message)));
    const first = expectType(sent[0] ?? (await send(message)), 'SendMessagePayload').messageEdge.node;
    expect(first.conversation).toMatchObject({ messageCount: 1 });
    expect(first.conversation.id).not.toBe(conversationId);
    for (const answer of sent) expect(expectType(answer, 'SendMessagePayload').messageEdge.node).toEqual(first);
  });

  it('keeps nothing in the log of what a failed action had done', async () => {
    const before = await headOf(workspace);
    const contact = { name: 'Carla', email: 'carla@example.com' };
    // The channel is looked for after the contact has been made.
    const input = { contact, channelId: unknownId('Channel'), idempotencyKey: 'key-1' };
    expect((await create(input)).__typename).toBe('NotFoundError');
    expect(await headOf(workspace)).toBe(before);
    const { body } = await workspace.post('{ contacts { totalCount } }');
    expect(body.data).toEqual({ contacts: { totalCount: 0 } });
  });

  it('is free again if nothing became of the request', async () => {
    const input = { subject: 'Order', idempotencyKey: 'key-1' };
    await created(input);
    const { prisma } = parley.database;
    await prisma.$executeRaw`UPDATE "IdempotencyClaim" SET result = NULL, mutation = 'other', "inputHash" = 'x'
      WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid`;
    expect((await created(input)).created).toBe(true);
    expect((await ask(workspace, ConversationsDocument, {})).totalCount).toBe(2);
  });
});
