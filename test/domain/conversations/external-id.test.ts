import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ConversationByExternalIdDocument,
  type ConversationByExternalIdQueryVariables,
  CreateConversationDocument,
  type CreateConversationInput,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';
import { snapshot } from './support/history.js';

const parley = useParley();

const client = { bot: 'robo', user: 'carla', channel: 'site' };
const otherClients = [
  { ...client, bot: 'other' },
  { ...client, user: 'other' },
  { ...client, channel: 'other' },
];
const externalId = 'order-17';

describe('the externalId of a conversation', () => {
  it('is unique in the workspace without a client key, even if the conversation is closed', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace, { externalId });
    const refused = { __typename: 'ConflictError', code: 'CONFLICT' };
    expect(await act(workspace, CreateConversationDocument, { externalId })).toMatchObject(refused);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const before = await snapshot(workspace, id);
    expect(await act(workspace, CreateConversationDocument, { externalId })).toMatchObject(refused);
    expect(await act(workspace, CreateConversationDocument, { externalId, ifExists: 'RETURN' })).toMatchObject(refused);
    expect(await snapshot(workspace, id)).toEqual(before);
    await makeConversation(await parley.newWorkspace(), { externalId });
  });

  it('is unique within a client key, even if the conversation is closed, and independent across client keys', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace, { externalId, client });
    const again = async () =>
      await failWith(workspace, 'ConversationExistsError', CreateConversationDocument, { externalId, client });
    expect((await again()).conversation.id).toBe(id);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    expect((await again()).conversation.id).toBe(id);
    for (const other of otherClients) await makeConversation(workspace, { externalId, client: other });
    await makeConversation(workspace, { externalId });
  });

  it("returns the existing conversation with ifExists RETURN, and a customer's message reopens a closed one", async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace, { externalId, client });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const input = { externalId, client, ifExists: 'RETURN' } as const;
    const plain = await succeed(workspace, CreateConversationDocument, input);
    expect(plain).toMatchObject({ created: false, conversation: { id, status: 'CLOSED' } });
    const before = await snapshot(workspace, id);
    const outbound = await act(workspace, CreateConversationDocument, { ...input, message: { text: 'Hello' } });
    expect(outbound.__typename).toBe('ConflictError');
    expect(await snapshot(workspace, id)).toEqual(before);
    const authorId = plain.conversation.contact?.id ?? '';
    const inbound = await act(workspace, CreateConversationDocument, {
      ...input,
      message: { text: 'Hello', authorId },
    });
    expect(inbound).toMatchObject({ created: false, conversation: { id, status: 'OPEN', messageCount: 1 } });
  });

  it('identifies the conversation in update and close, within its client key only', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace, { externalId, client });
    const elsewhere = await makeConversation(workspace, { externalId });
    for (const wrong of otherClients) {
      const notFound = { __typename: 'NotFoundError', id: externalId };
      expect(
        await act(workspace, UpdateConversationDocument, { conversationId: externalId, client: wrong, subject: 'x' }),
      ).toMatchObject(notFound);
      expect(
        await act(workspace, CloseConversationDocument, { conversationId: externalId, client: wrong }),
      ).toMatchObject(notFound);
    }
    expect(
      await act(workspace, UpdateConversationDocument, { conversationId: externalId, subject: 'x' }),
    ).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['conversationId'] }],
    });
    const updated = await act(workspace, UpdateConversationDocument, {
      conversationId: externalId,
      client,
      subject: 'By its own id',
    });
    expect(updated).toMatchObject({ conversation: { id, subject: 'By its own id' } });
    const closed = await act(workspace, CloseConversationDocument, {
      conversationId: externalId,
      client,
      reason: 'Done',
    });
    expect(closed).toMatchObject({ conversation: { id, status: 'CLOSED', closure: { reason: 'Done' } } });
    expect(await readConversation(workspace, elsewhere.id)).toMatchObject({ status: 'OPEN', subject: null });
  });

  it('finds the conversation within its scope only, and creates nothing', async () => {
    const workspace = await parley.newWorkspace();
    const inClient = await makeConversation(workspace, { externalId, client });
    const find = async (variables: ConversationByExternalIdQueryVariables, by = workspace) =>
      (await ask(by, ConversationByExternalIdDocument, variables))?.id ?? null;
    expect(await find({ externalId, client })).toBe(inClient.id);
    expect(await find({ externalId })).toBeNull();
    const inWorkspace = await makeConversation(workspace, { externalId });
    expect(await find({ externalId })).toBe(inWorkspace.id);
    for (const other of otherClients) expect(await find({ externalId, client: other })).toBeNull();
    expect(await find({ externalId: 'order-18' })).toBeNull();
    const elsewhere = await parley.newWorkspace();
    expect(await find({ externalId }, elsewhere)).toBeNull();
    expect(await find({ externalId, client }, elsewhere)).toBeNull();
    const { body } = await workspace.post('{ conversationByExternalId(externalId: " ") { id } }');
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('goes to one of many concurrent requests', async () => {
    const workspace = await parley.newWorkspace();
    const together = (input: CreateConversationInput) =>
      Promise.all(Array.from({ length: 10 }, () => act(workspace, CreateConversationDocument, input)));
    const names = async (input: CreateConversationInput) =>
      (await together(input)).map(({ __typename }) => __typename).sort();
    expect(await names({ externalId })).toEqual([...Array(9).fill('ConflictError'), 'CreateConversationPayload']);
    expect(await names({ externalId, client })).toEqual([
      ...Array(9).fill('ConversationExistsError'),
      'CreateConversationPayload',
    ]);
  });
});
