import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  CreateConversationDocument,
  DeleteChannelDocument,
  NodeDocument,
  ReopenConversationDocument,
  SendMessageDocument,
  TeamDocument,
  UpdateChannelDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, issuePaths, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeChannel, makeContact, makeConversation } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { eventTypes, lastEvent, snapshot } from '../conversations/support/history.js';

const parley = useParley();
const secondServer = useParley({});
const workspace = useWorkspace(parley);

const begin = async (channelId: string) =>
  makeConversation(workspace, { channelId, contactId: (await makeContact(workspace)).id });
const isListed = async (id: string) =>
  (await workspace.run(TeamDocument, {})).channels.nodes.some((channel) => channel.id === id);
const nodeOf = async (id: string) => await ask(workspace, NodeDocument, { id });

describe('updateChannel', () => {
  it('changes what is given and leaves the rest', async () => {
    const channel = await makeChannel(workspace);
    expect(channel).toMatchObject({ status: 'ACTIVE', allowMany: false, reopenWithinSeconds: null });
    const changes = { name: 'Shop', status: 'ERROR', allowMany: true, reopenWithinSeconds: 60 } as const;
    const given = { ...changes, externalId: randomUUID() };
    const answer = await succeed(workspace, UpdateChannelDocument, { channelId: channel.id, ...given });
    expect(answer.channel).toEqual({ ...channel, ...given });
    expect((await succeed(workspace, UpdateChannelDocument, { channelId: channel.id, name: 'Store' })).channel).toEqual(
      { ...channel, ...given, name: 'Store' },
    );
  });

  it('clears externalId and reopenWithinSeconds with null, and keeps required fields', async () => {
    const given = { allowMany: true, externalId: randomUUID(), reopenWithinSeconds: 60 };
    const channel = await makeChannel(workspace, given);
    const empty = { externalId: null, reopenWithinSeconds: null };
    const { channel: cleared } = await succeed(workspace, UpdateChannelDocument, {
      ...empty,
      channelId: channel.id,
      name: null,
      status: null,
      allowMany: null,
    });
    expect(cleared).toEqual({ ...channel, ...empty });
    await makeChannel(workspace, { externalId: given.externalId });
  });

  it('applies allowMany to new conversations', async () => {
    const channel = await makeChannel(workspace);
    const at = { channelId: channel.id, contactId: (await makeContact(workspace)).id };
    const first = await makeConversation(workspace, at);
    await failWith(workspace, 'ConversationExistsError', CreateConversationDocument, at);
    await succeed(workspace, UpdateChannelDocument, { channelId: channel.id, allowMany: true });
    const second = await makeConversation(workspace, at);
    expect(second.id).not.toBe(first.id);
  });

  it('refuses an externalId that another channel has', async () => {
    const externalId = randomUUID();
    const [channel, other] = [await makeChannel(workspace, { externalId }), await makeChannel(workspace)];
    await succeed(workspace, UpdateChannelDocument, { channelId: channel.id, externalId });
    await failWith(workspace, 'ConflictError', UpdateChannelDocument, { channelId: other.id, externalId });
  });

  it.each([
    ['name', ' '],
    ['externalId', ''],
    ['reopenWithinSeconds', -1],
  ])('refuses %s with the value %j', async (field, value) => {
    const channel = await makeChannel(workspace);
    expect(issuePaths(await act(workspace, UpdateChannelDocument, { channelId: channel.id, [field]: value }))).toEqual([
      field,
    ]);
  });
});

describe('a channel that is not ACTIVE', () => {
  it('takes no new conversations if it is INACTIVE, while existing ones continue', async () => {
    const channel = await makeChannel(workspace);
    const active = await begin(channel.id);
    const closed = await begin(channel.id);
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    await succeed(workspace, UpdateChannelDocument, { channelId: channel.id, status: 'INACTIVE' });

    const input = { channelId: channel.id, contactId: (await makeContact(workspace)).id };
    await failWith(workspace, 'ConflictError', CreateConversationDocument, input);
    const before = await snapshot(workspace, closed.id);
    const message = { conversationId: closed.id, text: 'Anybody?', direction: 'INBOUND' } as const;
    await failWith(workspace, 'ConflictError', SendMessageDocument, message);
    expect(await snapshot(workspace, closed.id)).toEqual(before);
    await succeed(workspace, SendMessageDocument, { ...message, conversationId: active.id });
    const contactId = (await readConversation(workspace, active.id)).contact?.id ?? '';
    const found = await act(workspace, CreateConversationDocument, {
      channelId: channel.id,
      contactId,
      ifExists: 'RETURN',
    });
    expect(found).toMatchObject({ created: false, conversation: { id: active.id } });

    await succeed(workspace, UpdateChannelDocument, { channelId: channel.id, status: 'ACTIVE' });
    await succeed(workspace, CreateConversationDocument, input);
  });

  it.each(['ERROR', 'PENDING'] as const)('takes new conversations if it is %s', async (status) => {
    const channel = await makeChannel(workspace);
    await succeed(workspace, UpdateChannelDocument, { channelId: channel.id, status });
    expect((await begin(channel.id)).channel?.id).toBe(channel.id);
  });
});

describe('deleteChannel', () => {
  it('deletes a channel without active conversations, which still show it', async () => {
    const externalId = randomUUID();
    const channel = await makeChannel(workspace, { externalId });
    const conversation = await begin(channel.id);
    await succeed(workspace, CloseConversationDocument, { conversationId: conversation.id });
    const before = await snapshot(workspace, conversation.id);
    expect([await isListed(channel.id), (await nodeOf(channel.id))?.id]).toEqual([true, channel.id]);

    const answer = await succeed(workspace, DeleteChannelDocument, { channelId: channel.id });
    expect(answer).toMatchObject({ deletedChannelId: channel.id, closedCount: 0 });
    expect([await isListed(channel.id), await nodeOf(channel.id)]).toEqual([false, null]);
    const channelNow = { id: channel.id, name: channel.name, type: channel.type, externalId: null };
    expect(await snapshot(workspace, conversation.id)).toEqual({
      ...before,
      conversation: { ...before.conversation, channel: channelNow },
    });
    const successor = await makeChannel(workspace, { externalId });
    expect(successor.id).not.toBe(channel.id);
  });

  it('is refused and changes nothing while conversations are not closed', async () => {
    const channel = await makeChannel(workspace);
    const { id } = await begin(channel.id);
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, status: 'PENDING' });
    const before = await snapshot(workspace, id);
    const answer = await failWith(workspace, 'ConflictError', DeleteChannelDocument, { channelId: channel.id });
    expect(answer.message).toBe('The channel has active conversations (1). Close them first, or pass force: true.');
    expect(await snapshot(workspace, id)).toEqual(before);
    expect(await isListed(channel.id)).toBe(true);
  });

  it('closes active conversations with force, and logs it', async () => {
    const channel = await makeChannel(workspace);
    const [open, snoozed, closed] = [await begin(channel.id), await begin(channel.id), await begin(channel.id)];
    await succeed(workspace, UpdateConversationDocument, {
      conversationId: snoozed.id,
      status: 'SNOOZED',
      snoozedUntil: '2999-01-01T00:00:00Z',
    });
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    const elsewhere = await begin((await makeChannel(workspace)).id);
    const untouched = await Promise.all([closed, elsewhere].map(({ id }) => snapshot(workspace, id)));
    const answer = await succeed(workspace, DeleteChannelDocument, { channelId: channel.id, force: true });
    expect(answer.closedCount).toBe(2);
    for (const { id, version } of [open, snoozed]) {
      const row = await readConversation(workspace, id);
      expect(row).toMatchObject({ status: 'CLOSED', snoozedUntil: null, closure: { reason: 'Channel deleted' } });
      expect(row.version).toBe(version + (id === snoozed.id ? 2 : 1));
      expect(await lastEvent(workspace, id)).toMatchObject({
        type: 'conversation.closed',
        closure: { reason: 'Channel deleted' },
      });
    }
    expect(await Promise.all([closed, elsewhere].map(({ id }) => snapshot(workspace, id)))).toEqual(untouched);
  });

  it('makes the channel not found for everything that names it', async () => {
    const channel = await makeChannel(workspace, { reopenWithinSeconds: 3600 });
    const { id } = await begin(channel.id);
    await succeed(workspace, DeleteChannelDocument, { channelId: channel.id, force: true });
    await failWith(workspace, 'NotFoundError', DeleteChannelDocument, { channelId: channel.id });
    await failWith(workspace, 'NotFoundError', UpdateChannelDocument, { channelId: channel.id, status: 'ACTIVE' });
    await failWith(workspace, 'NotFoundError', CreateConversationDocument, { channelId: channel.id });
    await failWith(workspace, 'ConflictError', ReopenConversationDocument, { conversationId: id });
    await failWith(workspace, 'ConflictError', UpdateConversationDocument, { conversationId: id, status: 'OPEN' });
    await failWith(workspace, 'ConflictError', SendMessageDocument, {
      conversationId: id,
      text: 'Hi',
      direction: 'INBOUND',
    });
    expect((await readConversation(workspace, id)).status).toBe('CLOSED');
    expect((await eventTypes(workspace, id)).at(-1)).toBe('conversation.closed');
  });

  it('leaves no active conversation that was created concurrently on two servers', async () => {
    const channel = await makeChannel(workspace, { allowMany: true });
    const contact = await makeContact(workspace);
    const clients = [workspace, secondServer.connect(workspace)];
    const input = { channelId: channel.id, contactId: contact.id };
    const [deleted, ...answers] = await Promise.all([
      act(workspace, DeleteChannelDocument, { channelId: channel.id, force: true }),
      ...Array.from({ length: 16 }, (_, index) =>
        act(clients[index % 2] ?? workspace, CreateConversationDocument, input),
      ),
    ]);
    const { closedCount } = expectType(deleted, 'DeleteChannelPayload');
    const begun = answers.filter((answer) => answer.__typename === 'CreateConversationPayload');
    expect(answers.filter(({ __typename }) => __typename === 'NotFoundError')).toHaveLength(16 - begun.length);
    expect(closedCount).toBe(begun.length);
    for (const { conversation } of begun)
      expect((await readConversation(workspace, conversation.id)).status).toBe('CLOSED');
  });
});
