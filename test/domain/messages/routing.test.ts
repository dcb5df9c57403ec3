import { beforeEach, describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  type CreateChannelInput,
  LeaveConversationDocument,
  SendMessageDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { failWith, succeed } from '../../support/act.js';
import { messagesOf, readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { eventsOf, makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';

let now: Date;
const parley = useParley({ clock: () => now });
const workspace = useFreshWorkspace(parley);
beforeEach(() => {
  now = new Date('2026-03-01T12:00:00.000Z');
});

type ChannelInput = Partial<CreateChannelInput>;

const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
const typesOf = async (id: string) => (await eventsOf(workspace, id)).map(({ type }) => type);

/** A closed conversation of a contact on a channel, and both. */
async function makeClosed(channelInput: ChannelInput = {}, botId?: string) {
  const channelId = (await makeChannel(workspace, channelInput)).id;
  const contactId = (await makeContact(workspace)).id;
  const { id } = await makeConversation(workspace, { channelId, contactId, ...(botId ? { botId } : {}) });
  await succeed(workspace, CloseConversationDocument, { conversationId: id });
  return { id, channelId, contactId };
}

const sayInbound = (conversationId: string, text = 'Hello again') =>
  say(workspace, conversationId, { text, direction: 'INBOUND' });

describe("a customer's message to a closed conversation", () => {
  it('starts a new conversation with the same channel, contact and bot', async () => {
    const bot = await makeBot(workspace);
    const { id, channelId, contactId } = await makeClosed({}, bot.id);
    const { conversation, seq } = await sayInbound(id);
    expect(conversation.id).not.toBe(id);
    expect(seq).toBe(1);
    expect(await readConversation(workspace, conversation.id)).toMatchObject({
      status: 'OPEN',
      channel: { id: channelId },
      contact: { id: contactId },
      bot: { id: bot.id },
      botActive: true,
      messageCount: 1,
      unreadCount: 1,
    });
    const events = await eventsOf(workspace, conversation.id);
    const joins = ['participant.joined', 'participant.joined'];
    expect(events.map(({ type }) => type)).toEqual(['conversation.created', ...joins, 'message.added']);
    expect(new Set(events.map(({ actor }) => actor.id))).toEqual(new Set([contactId]));
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'CLOSED', messageCount: 0 });
    expect((await typesOf(id)).at(-1)).toBe('conversation.closed');
  });

  it('goes to the active conversation of that channel and contact', async () => {
    const { id, channelId, contactId } = await makeClosed();
    const active = await makeConversation(workspace, { channelId, contactId });
    const { conversation } = await sayInbound(id);
    expect(conversation).toEqual({ id: active.id, status: 'OPEN', messageCount: 1 });
  });

  it('opens that active conversation if it is pending or snoozed', async () => {
    const { id, channelId, contactId } = await makeClosed();
    const active = await makeConversation(workspace, { channelId, contactId });
    const input = { conversationId: active.id, status: 'PENDING' as const };
    await succeed(workspace, UpdateConversationDocument, input);
    expect((await sayInbound(id)).conversation).toMatchObject({ id: active.id, status: 'OPEN' });
  });

  it('reopens it up to reopenWithinSeconds after closing and not a millisecond later', async () => {
    const { id, contactId } = await makeClosed({ reopenWithinSeconds: 60 });
    pass(60);
    const reopened = await sayInbound(id);
    expect(reopened.conversation).toEqual({ id, status: 'OPEN', messageCount: 1 });
    expect(await readConversation(workspace, id)).toMatchObject({
      closure: null,
      reopening: { at: now.toISOString(), by: { id: contactId } },
    });
    expect((await typesOf(id)).slice(-2)).toEqual(['conversation.reopened', 'message.added']);
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    pass(60.001);
    expect((await sayInbound(id)).conversation.id).not.toBe(id);
  });

  it('lets a customer who had left rejoin and then reopens it, in this order', async () => {
    const { id, contactId } = await makeClosed({ reopenWithinSeconds: 60 });
    await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: contactId });
    await sayInbound(id);
    expect((await typesOf(id)).slice(-3)).toEqual(['participant.joined', 'conversation.reopened', 'message.added']);
  });

  it('goes to the active conversation even within reopenWithinSeconds', async () => {
    const { id, channelId, contactId } = await makeClosed({ reopenWithinSeconds: 60 });
    const active = await makeConversation(workspace, { channelId, contactId });
    expect((await sayInbound(id)).conversation.id).toBe(active.id);
    expect((await readConversation(workspace, id)).status).toBe('CLOSED');
  });

  it('reopens it at any time if the channel allows many', async () => {
    const { id, channelId, contactId } = await makeClosed({ allowMany: true });
    await makeConversation(workspace, { channelId, contactId });
    pass(1_000_000);
    expect((await sayInbound(id)).conversation).toEqual({ id, status: 'OPEN', messageCount: 1 });
  });

  it('reopens it at any time if there is no channel or contact', async () => {
    const contactId = (await makeContact(workspace)).id;
    const channelId = (await makeChannel(workspace)).id;
    const ownerId = (await makeUser(workspace)).id;
    for (const input of [{ contactId }, { channelId, ownerId }, { ownerId }]) {
      const { id } = await makeConversation(workspace, input);
      await succeed(workspace, CloseConversationDocument, { conversationId: id });
      pass(1_000_000);
      expect((await sayInbound(id)).conversation).toEqual({ id, status: 'OPEN', messageCount: 1 });
    }
  });

  it('starts only one conversation for many concurrent messages to several closed ones', async () => {
    const { id, channelId, contactId } = await makeClosed();
    const second = await makeConversation(workspace, { channelId, contactId });
    await succeed(workspace, CloseConversationDocument, { conversationId: second.id });
    const targets = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? id : second.id));
    const sent = await Promise.all(targets.map((target, index) => sayInbound(target, `Message ${index}`)));
    const reached = new Set(sent.map(({ conversation }) => conversation.id));
    expect(reached.size).toBe(1);
    const [fresh = ''] = reached;
    expect([id, second.id]).not.toContain(fresh);
    const { edges } = await messagesOf(workspace, fresh);
    expect(edges.map(({ node }) => node.seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('reopens only one of several closed conversations written to concurrently', async () => {
    const { id, channelId, contactId } = await makeClosed({ reopenWithinSeconds: 60 });
    const second = await makeConversation(workspace, { channelId, contactId });
    await succeed(workspace, CloseConversationDocument, { conversationId: second.id });
    const targets = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? id : second.id));
    const sent = await Promise.all(targets.map((target, index) => sayInbound(target, `Message ${index}`)));
    const reached = new Set(sent.map(({ conversation }) => conversation.id));
    expect(reached.size).toBe(1);
    expect([id, second.id]).toContain([...reached][0]);
    expect(sent.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('the status of a conversation', () => {
  it.each(['PENDING', 'SNOOZED'] as const)("becomes OPEN from %s with a customer's message", async (status) => {
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const { id, version } = await makeConversation(workspace, { channelId, contactId });
    const snoozedUntil = new Date(now.getTime() + 3_600_000).toISOString();
    const input = { conversationId: id, status, ...(status === 'SNOOZED' ? { snoozedUntil } : {}) };
    await succeed(workspace, UpdateConversationDocument, input);
    await say(workspace, id, { text: 'We will see to it.' });
    expect((await readConversation(workspace, id)).status).toBe(status);

    await sayInbound(id);
    expect(await readConversation(workspace, id)).toMatchObject({
      status: 'OPEN',
      snoozedUntil: null,
      version: version + 2,
    });
    const [opened, added] = (await eventsOf(workspace, id)).slice(-2);
    const woken = { __typename: 'ConversationWoken' };
    const updated = { __typename: 'ConversationUpdated', changes: [{ field: 'status', from: 'PENDING', to: 'OPEN' }] };
    expect(opened).toMatchObject(status === 'SNOOZED' ? woken : updated);
    expect(opened).toMatchObject({ actor: { id: contactId } });
    expect(added).toMatchObject({ __typename: 'MessageAdded', actor: { id: contactId } });
  });

  it("prevents the team's messages if CLOSED, and nothing is written", async () => {
    const { id } = await makeClosed({ reopenWithinSeconds: 60 });
    const user = await makeUser(workspace);
    const before = await typesOf(id);
    for (const asked of [{}, { authorId: user.id }]) {
      expect(
        await failWith(workspace, 'InvalidTransitionError', SendMessageDocument, {
          conversationId: id,
          text: 'One more thing',
          ...asked,
        }),
      ).toMatchObject({ from: 'CLOSED', to: 'OPEN' });
    }
    expect(await typesOf(id)).toEqual(before);
    expect((await readConversation(workspace, id)).messageCount).toBe(0);
  });
});
