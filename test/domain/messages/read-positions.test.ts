import { beforeEach, describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  MarkConversationReadDocument,
  ViewerDocument,
} from '../../generated/operations.js';
import { ask, failWith, succeed } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { participantsOf, readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeBot, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';

let conversationId: string;
const parley = useParley();
const workspace = useFreshWorkspace(parley);
beforeEach(async () => {
  conversationId = (await makeContactConversation(workspace)).id;
});

const sayInbound = async (count: number, id = conversationId) => {
  for (let index = 1; index <= count; index += 1) await say(workspace, id, { text: 'Hello', direction: 'INBOUND' });
};
const botClient = async (name?: string) => {
  const bot = await makeBot(workspace, name);
  return { ...parley.connect({ id: workspace.id, apiKey: bot.apiKey }), botId: bot.id };
};
const unread = async (client: Pick<TestWorkspace, 'run'>, id = conversationId) =>
  (await readConversation(client, id)).unreadCount;
const reads = async () =>
  (await eventsOf(workspace, conversationId)).filter(({ type }) => type === 'conversation.read');
const participant = async (actorId: string, id = conversationId) =>
  (await participantsOf(workspace, id)).find(({ actor }) => actor.id === actorId);

describe('markConversationRead', () => {
  it('marks up to a message, then everything, and logs each advance', async () => {
    await sayInbound(3);
    expect(await unread(workspace)).toBe(3);
    expect(
      (await succeed(workspace, MarkConversationReadDocument, { conversationId, upToSeq: 2 })).conversation.unreadCount,
    ).toBe(1);
    expect((await succeed(workspace, MarkConversationReadDocument, { conversationId })).conversation.unreadCount).toBe(
      0,
    );
    const viewer = await ask(workspace, ViewerDocument, {});
    const by = { actor: { id: viewer.actor.id } };
    expect(await reads()).toMatchObject([
      { seq: 2, ...by },
      { seq: 3, ...by },
    ]);
  });

  it('changes and logs nothing for an equal or a lower position', async () => {
    await sayInbound(3);
    await succeed(workspace, MarkConversationReadDocument, { conversationId, upToSeq: 2 });
    for (const upToSeq of [2, 1, 0])
      expect(
        (await succeed(workspace, MarkConversationReadDocument, { conversationId, upToSeq })).conversation.unreadCount,
      ).toBe(1);
    expect(await reads()).toHaveLength(1);
  });

  it('counts only what the customer wrote', async () => {
    await sayInbound(1);
    await say(workspace, conversationId, { text: 'Answer', authorId: (await makeBot(workspace)).id });
    await sayInbound(2);
    const reader = await botClient('Reader');
    expect(await unread(reader)).toBe(3);
    expect(
      (await succeed(reader, MarkConversationReadDocument, { conversationId, upToSeq: 2 })).conversation.unreadCount,
    ).toBe(2);
    expect(
      (await succeed(reader, MarkConversationReadDocument, { conversationId, upToSeq: 3 })).conversation.unreadCount,
    ).toBe(1);
  });

  it('does not join the conversation or change version and updatedAt', async () => {
    await sayInbound(1);
    const before = await readConversation(workspace, conversationId);
    const bot = await botClient();
    await succeed(bot, MarkConversationReadDocument, { conversationId });
    await succeed(workspace, MarkConversationReadDocument, { conversationId });
    expect(await readConversation(workspace, conversationId)).toEqual({ ...before, unreadCount: 0 });
    expect(await participant(bot.botId)).toBeUndefined();
  });

  it('works in a closed and in an empty conversation', async () => {
    expect((await succeed(workspace, MarkConversationReadDocument, { conversationId })).conversation.unreadCount).toBe(
      0,
    );
    expect(await reads()).toEqual([]);
    await sayInbound(1);
    await succeed(workspace, CloseConversationDocument, { conversationId });
    expect((await succeed(workspace, MarkConversationReadDocument, { conversationId })).conversation).toMatchObject({
      status: 'CLOSED',
      unreadCount: 0,
    });
  });

  it('ends at the highest of concurrent positions, however they interleave', async () => {
    await sayInbound(10);
    const bot = await botClient();
    const positions = [3, 10, 1, 7, 5, 9, 2, 8, 4, 6];
    await Promise.all(
      positions.map((upToSeq) => succeed(bot, MarkConversationReadDocument, { conversationId, upToSeq })),
    );
    expect(await unread(bot)).toBe(0);
    const seqs = (await reads()).map((event) => ('seq' in event ? event.seq : 0));
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    expect(seqs.at(-1)).toBe(10);
  });

  it.each([
    ['beyond the last message', 4],
    ['below 0', -1],
  ])('refuses a position %s', async (_name, upToSeq) => {
    await sayInbound(3);
    expect(
      (await failWith(workspace, 'ValidationError', MarkConversationReadDocument, { conversationId, upToSeq })).issues,
    ).toMatchObject([{ path: ['upToSeq'] }]);
    expect(await unread(workspace)).toBe(3);
  });

  it('reads null as left out: everything is read', async () => {
    await sayInbound(3);
    const input = { conversationId, upToSeq: null, upToMessageId: null };
    expect(await succeed(workspace, MarkConversationReadDocument, input)).toMatchObject({
      conversation: { unreadCount: 0 },
    });
    expect(await unread(workspace)).toBe(0);
  });

  it('answers the same for a conversation that does not exist and one of another workspace', async () => {
    const foreign = await makeContactConversation(await parley.newWorkspace());
    const attempt = async (id: string) => {
      const { id: named, ...rest } = await failWith(workspace, 'NotFoundError', MarkConversationReadDocument, {
        conversationId: id,
      });
      expect(named).toBe(id);
      return rest;
    };
    expect(await attempt(foreign.id)).toEqual(await attempt(unknownId('Conversation')));
  });
});

describe('the read position', () => {
  it('is shared by the team for every key and separate for every bot', async () => {
    await sayInbound(3);
    const [first, second, otherKey] = [
      await botClient('One'),
      await botClient('Two'),
      await makeApiKey(parley, workspace),
    ];
    await succeed(first, MarkConversationReadDocument, { conversationId, upToSeq: 2 });
    expect([await unread(first), await unread(second)]).toEqual([1, 3]);
    expect([await unread(workspace), await unread(otherKey)]).toEqual([1, 1]);
    await succeed(second, MarkConversationReadDocument, { conversationId, upToSeq: 1 });
    expect([await unread(first), await unread(second), await unread(workspace)]).toEqual([1, 2, 1]);
    await succeed(otherKey, MarkConversationReadDocument, { conversationId });
    expect([await unread(first), await unread(second), await unread(workspace)]).toEqual([1, 2, 0]);
  });

  it("advances to the sender's own message, and so does the team's", async () => {
    const user = await makeUser(workspace);
    const bot = await botClient();
    await sayInbound(2);
    await say(workspace, conversationId, { text: 'Answer', authorId: user.id });
    await sayInbound(1);
    expect(await participant(user.id)).toMatchObject({ lastReadSeq: 3, unreadCount: 1 });
    expect([await unread(workspace), await unread(bot)]).toEqual([1, 3]);
    expect(await reads()).toEqual([]);
  });

  it("advances for the contact but not for the team with the contact's message", async () => {
    await say(workspace, conversationId, { text: 'Are you there?' });
    await say(workspace, conversationId, { text: 'Hello?' });
    const contactId = (await readConversation(workspace, conversationId)).contact?.id ?? '';
    expect(await participant(contactId)).toMatchObject({ lastReadSeq: 0, unreadCount: 2 });
    await sayInbound(1);
    await say(workspace, conversationId, { text: 'Good' });
    expect(await participant(contactId)).toMatchObject({ lastReadSeq: 3, unreadCount: 1 });
    await sayInbound(2);
    expect(await unread(workspace)).toBe(2);
  });

  it('leaves the messages of others unread for the owner', async () => {
    const owner = await makeUser(workspace);
    const bot = await botClient();
    const { id } = await makeConversation(workspace, { ownerId: owner.id, botId: bot.botId });
    await sayInbound(2, id);
    for (const text of ['One', 'Two', 'Three']) await say(bot, id, { text });
    expect(await participant(owner.id, id)).toMatchObject({ role: 'CUSTOMER', lastReadSeq: 2, unreadCount: 3 });
    expect(await participant(bot.botId, id)).toMatchObject({ role: 'BOT', lastReadSeq: 5, unreadCount: 0 });
    expect([await unread(bot, id), await unread(workspace, id)]).toEqual([0, 0]);
  });

  it('is kept when the participant leaves and comes back', async () => {
    const bot = await botClient();
    await sayInbound(2);
    await say(bot, conversationId, { text: 'Hello' });
    await succeed(bot, LeaveConversationDocument, { conversationId });
    await sayInbound(1);
    await succeed(bot, JoinConversationDocument, { conversationId });
    const stays = (await participantsOf(workspace, conversationId)).filter(({ actor }) => actor.id === bot.botId);
    expect(stays).toMatchObject([
      { lastReadSeq: 3, unreadCount: 1 },
      { lastReadSeq: 3, unreadCount: 1, leftAt: null },
    ]);
  });
});
