import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  CreateApiKeyDocument,
  CreateConversationDocument,
  DeactivateBotDocument,
  ReactivateBotDocument,
  ReopenConversationDocument,
  RevokeApiKeyDocument,
  SendMessageDocument,
  TeamDocument,
  UpdateBotDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, failWith, issuePaths, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { eventsOf, makeBot, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { eventTypes, snapshot } from '../conversations/support/history.js';

const VIEWER = '{ viewer { actor { id } } }';

const parley = useParley();
const workspace = useWorkspace(parley);

const statusWith = async (key: string) => (await workspace.post(VIEWER, {}, key)).status;

describe('updateBot', () => {
  it('changes the given fields and keeps the rest', async () => {
    const { apiKey: _, ...bot } = await makeBot(workspace);
    const externalId = randomUUID();
    const answer = await succeed(workspace, UpdateBotDocument, { botId: bot.id, externalId });
    expect(answer.bot).toEqual({ ...bot, externalId });
    const renamed = await succeed(workspace, UpdateBotDocument, { botId: bot.id, name: 'Other' });
    expect(renamed.bot).toEqual({ ...bot, externalId, name: 'Other' });
  });

  it('refuses an externalId that another bot has, and an empty name', async () => {
    const [bot, other] = [await makeBot(workspace), await makeBot(workspace)];
    const externalId = randomUUID();
    await succeed(workspace, UpdateBotDocument, { botId: bot.id, externalId });
    await succeed(workspace, UpdateBotDocument, { botId: bot.id, externalId });
    await failWith(workspace, 'ConflictError', UpdateBotDocument, { botId: other.id, externalId });
    expect(issuePaths(await act(workspace, UpdateBotDocument, { botId: bot.id, externalId: '', name: ' ' }))).toEqual([
      'name',
      'externalId',
    ]);
  });

  it('clears externalId with null, and keeps the name, which is required', async () => {
    const externalId = randomUUID();
    const [{ apiKey: _, ...bot }, other] = [await makeBot(workspace), await makeBot(workspace)];
    await succeed(workspace, UpdateBotDocument, { botId: bot.id, externalId });
    const answer = await succeed(workspace, UpdateBotDocument, { botId: bot.id, externalId: null, name: null });
    expect(answer.bot).toEqual({ ...bot, externalId: null });
    await succeed(workspace, UpdateBotDocument, { botId: other.id, externalId });
  });
});

describe('deactivateBot', () => {
  it('transfers the conversations it is assigned to or answers to a user, with a reason', async () => {
    const [bot, user] = [await makeBot(workspace), await makeUser(workspace)];
    const assigned = await makeConversation(workspace, { assigneeId: bot.id });
    const answered = await makeConversation(workspace, { botId: bot.id });
    const before = await readConversation(workspace, answered.id);
    const answer = await succeed(workspace, DeactivateBotDocument, {
      botId: bot.id,
      transferTo: user.id,
      reason: 'Retired',
    });
    expect(answer).toMatchObject({ transferredCount: 2, bot: { id: bot.id, active: false } });
    for (const [id, from] of [
      [assigned.id, { id: bot.id }],
      [answered.id, null],
    ] as const) {
      const { conversation, history } = await snapshot(workspace, id);
      expect(conversation).toMatchObject({ assignee: { id: user.id }, bot: { id: bot.id }, botActive: false });
      expect(history?.transfers).toMatchObject([{ from, to: { id: user.id }, reason: 'Retired', summary: null }]);
      expect(history?.participants.map(({ actor }) => actor.id)).toContain(user.id);
      const events = await eventsOf(workspace, id);
      expect(events.slice(-2)).toMatchObject([
        { type: 'participant.joined' },
        { type: 'conversation.transferred', transfer: { from, to: { id: user.id }, reason: 'Retired' } },
      ]);
    }
    expect((await readConversation(workspace, answered.id)).version).toBe(before.version + 1);
  });

  it('transfers its conversations to another bot, which answers from then on', async () => {
    const [bot, next] = [await makeBot(workspace), await makeBot(workspace)];
    const { id } = await makeConversation(workspace, { botId: bot.id });
    await succeed(workspace, DeactivateBotDocument, { botId: bot.id, transferTo: next.id });
    expect(await readConversation(workspace, id)).toMatchObject({
      assignee: { id: next.id },
      bot: { id: next.id },
      botActive: true,
    });
  });

  it('only deactivates the bot in conversations already assigned to its successor', async () => {
    const [bot, user] = [await makeBot(workspace), await makeUser(workspace)];
    const { id } = await makeConversation(workspace, { botId: bot.id, assigneeId: user.id });
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, botActive: true });
    expect(
      (await succeed(workspace, DeactivateBotDocument, { botId: bot.id, transferTo: user.id })).transferredCount,
    ).toBe(0);
    expect(await readConversation(workspace, id)).toMatchObject({ assignee: { id: user.id }, botActive: false });
    expect((await eventTypes(workspace, id)).at(-1)).toBe('conversation.updated');
  });

  it.each([{}, { transferTo: null }])('unassigns its conversations if no successor is named: %j', async (to) => {
    const [bot, user] = [await makeBot(workspace), await makeUser(workspace)];
    const assigned = await makeConversation(workspace, { assigneeId: bot.id });
    const answered = await makeConversation(workspace, { botId: bot.id, assigneeId: user.id });
    await succeed(workspace, UpdateConversationDocument, { conversationId: answered.id, botActive: true });
    const answer = await succeed(workspace, DeactivateBotDocument, { botId: bot.id, reason: 'Off', ...to });
    expect(answer.transferredCount).toBe(0);
    expect(await readConversation(workspace, assigned.id)).toMatchObject({ assignee: null, botActive: false });
    expect(await readConversation(workspace, answered.id)).toMatchObject({
      assignee: { id: user.id },
      botActive: false,
    });
    expect((await eventsOf(workspace, assigned.id)).slice(-2)).toMatchObject([
      { type: 'conversation.assigned', from: { id: bot.id }, to: null, note: 'Off' },
      { type: 'conversation.updated', changes: [{ field: 'botActive', from: true, to: false }] },
    ]);
    expect((await eventTypes(workspace, answered.id)).at(-1)).toBe('conversation.updated');
  });

  it('keeps the bot on closed conversations until they are reopened', async () => {
    const bot = await makeBot(workspace);
    const { id } = await makeConversation(workspace, { assigneeId: bot.id });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const before = await snapshot(workspace, id);
    await succeed(workspace, DeactivateBotDocument, { botId: bot.id });
    expect(await snapshot(workspace, id)).toEqual(before);
    const { conversation } = await succeed(workspace, ReopenConversationDocument, { conversationId: id });
    expect(conversation).toMatchObject({ assignee: null, bot: { id: bot.id }, botActive: false });
  });

  it('disables its keys, including new ones, until it is reactivated', async () => {
    const bot = await makeBot(workspace);
    const input = { name: 'Second', scopes: ['READ' as const], botId: bot.id };
    const second = await succeed(workspace, CreateApiKeyDocument, input);
    const revoked = await succeed(workspace, CreateApiKeyDocument, input);
    await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: revoked.apiKey.id });
    expect(await Promise.all([bot.apiKey, second.secret].map(statusWith))).toEqual([200, 200]);
    await succeed(workspace, DeactivateBotDocument, { botId: bot.id });
    expect(await Promise.all([bot.apiKey, second.secret].map(statusWith))).toEqual([401, 401]);
    await failWith(workspace, 'ConflictError', CreateApiKeyDocument, input);
    const { bot: active } = await succeed(workspace, ReactivateBotDocument, { botId: bot.id });
    expect(active.active).toBe(true);
    expect(await Promise.all([bot.apiKey, second.secret, revoked.secret].map(statusWith))).toEqual([200, 200, 401]);
  });

  it('makes the bot unusable in anything new', async () => {
    const bot = await makeBot(workspace);
    const conversation = await makeConversation(workspace, { botId: bot.id });
    const at = { conversationId: conversation.id };
    await succeed(workspace, DeactivateBotDocument, { botId: bot.id });
    const answers = [
      await act(workspace, AssignConversationDocument, { ...at, assigneeId: bot.id }),
      await act(workspace, CreateConversationDocument, { botId: bot.id }),
      await act(workspace, UpdateConversationDocument, { ...at, botActive: true }),
      await act(workspace, SendMessageDocument, { ...at, text: 'Beep', authorId: bot.id }),
    ];
    for (const answer of answers) expectType(answer, 'ConflictError');
    expect((await workspace.run(TeamDocument, {})).bots.nodes.find(({ id }) => id === bot.id)?.active).toBe(false);
  });

  it("makes a customer's next conversation start without the bot", async () => {
    const bot = await makeBot(workspace);
    const { id } = await makeContactConversation(workspace, { botId: bot.id });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    await succeed(workspace, DeactivateBotDocument, { botId: bot.id });
    const sent = await succeed(workspace, SendMessageDocument, {
      conversationId: id,
      text: 'Again',
      direction: 'INBOUND',
    });
    expect(sent.messageEdge.node.conversation.id).not.toBe(id);
    expect(await readConversation(workspace, sent.messageEdge.node.conversation.id)).toMatchObject({
      bot: null,
      botActive: false,
    });
  });

  it('refuses itself or a deactivated actor as successor, and changes nothing', async () => {
    const [bot, user] = [await makeBot(workspace), await makeUser(workspace)];
    const gone = await makeBot(workspace);
    await succeed(workspace, DeactivateBotDocument, { botId: gone.id });
    const { id } = await makeConversation(workspace, { assigneeId: bot.id });
    const before = await snapshot(workspace, id);
    expect(issuePaths(await act(workspace, DeactivateBotDocument, { botId: bot.id, transferTo: bot.id }))).toEqual([
      'transferTo',
    ]);
    await failWith(workspace, 'ConflictError', DeactivateBotDocument, { botId: bot.id, transferTo: gone.id });
    expect(await snapshot(workspace, id)).toEqual(before);
    expect(await statusWith(bot.apiKey)).toBe(200);
    await succeed(workspace, DeactivateBotDocument, { botId: bot.id, transferTo: user.id });
    const again = await succeed(workspace, DeactivateBotDocument, { botId: bot.id });
    expect(again.transferredCount).toBe(0);
    expect((await readConversation(workspace, id)).assignee).toMatchObject({ id: user.id });
  });

  it('deactivates only one of two bots that are to succeed each other concurrently', async () => {
    const bots = [await makeBot(workspace), await makeBot(workspace)];
    const [first, second] = bots;
    const ids = await Promise.all(
      [first, second].map(async (bot) => (await makeConversation(workspace, { assigneeId: bot?.id ?? '' })).id),
    );
    const answers = await Promise.all([
      act(workspace, DeactivateBotDocument, { botId: first?.id ?? '', transferTo: second?.id ?? '' }),
      act(workspace, DeactivateBotDocument, { botId: second?.id ?? '', transferTo: first?.id ?? '' }),
    ]);
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['ConflictError', 'DeactivateBotPayload']);
    const left = bots[answers.findIndex(({ __typename }) => __typename === 'ConflictError')];
    for (const id of ids) expect((await readConversation(workspace, id)).assignee).toMatchObject({ id: left?.id });
  });
});
