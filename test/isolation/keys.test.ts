import { describe, expect, it } from 'vitest';
import {
  CloseConversationsDocument,
  ConversationByExternalIdDocument,
  CreateBotDocument,
  CreateChannelDocument,
  CreateContactDocument,
  CreateUserDocument,
  LatestOpenConversationDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { expectType, type TestWorkspace } from '../support/parley.js';
import { digestRows } from '../support/workspace-rows.js';

const parley = useParley();
const ours = useWorkspace(parley);
const theirs = useWorkspace(parley);

/** Does the same in both workspaces, and looks that the second time leaves the first workspace alone. */
async function inBoth<Result>(act: (workspace: TestWorkspace) => Promise<Result>): Promise<[Result, Result]> {
  const first = await act(theirs);
  const before = await digestRows(parley, theirs);
  const second = await act(ours);
  expect(await digestRows(parley, theirs)).toEqual(before);
  return [first, second];
}

const identity = { name: 'Twin', phone: '+4930123456', email: 'twin@example.com', externalId: 'twin' };

describe('two workspaces', () => {
  it('can both have contacts with the same phone number, email address and externalId', async () => {
    const [first, second] = await inBoth(async (client) => {
      return (await succeed(client, CreateContactDocument, identity)).contact;
    });
    expect(second).toEqual({ ...first, id: second.id });
    expect(second.id).not.toBe(first.id);
  });

  it('can both have users, bots and channels with the same names', async () => {
    const [first, second] = await inBoth(async (client) => {
      return [
        (await succeed(client, CreateUserDocument, { name: 'Ada', email: 'ada@example.com' })).user.id,
        (await succeed(client, CreateBotDocument, { name: 'Robo', externalId: 'robo' })).bot.id,
        (await succeed(client, CreateChannelDocument, { name: 'Website', type: 'WEBCHAT', externalId: 'web' })).channel
          .id,
      ];
    });
    expect(second.filter((id) => first.includes(id))).toEqual([]);
  });

  it('can both have conversations with the same externalId and client key', async () => {
    const client = { bot: 'engine', user: 'customer', channel: 'line' };
    const [first, second] = await inBoth(async (workspace) => [
      (await makeConversation(workspace, { externalId: 'case-1' })).id,
      (await makeConversation(workspace, { client, externalId: 'case-1' })).id,
    ]);
    const [plain = '', keyed = ''] = second;
    expect(second.filter((id) => first.includes(id))).toEqual([]);
    const byKey = await ours.run(ConversationByExternalIdDocument, { externalId: 'case-1', client });
    expect(byKey.conversationByExternalId?.id).toBe(keyed);
    const byName = await ours.run(ConversationByExternalIdDocument, { externalId: 'case-1' });
    expect(byName.conversationByExternalId?.id).toBe(plain);
    const closed = await ours.run(CloseConversationsDocument, { input: { client } });
    expect(expectType(closed.closeConversations, 'CloseConversationsPayload').closedCount).toBe(1);
    const latest = await theirs.run(LatestOpenConversationDocument, { client });
    expect(latest.latestOpenConversation?.id).toBe(first[1]);
  });

  it('can use the same idempotency key independently', async () => {
    const [first, second] = await inBoth(async (workspace) => {
      const input = { subject: workspace === ours ? 'Ours' : 'Theirs', idempotencyKey: 'key-1' };
      return [await makeConversation(workspace, input), await makeConversation(workspace, input)];
    });
    expect(first.map(({ subject }) => subject)).toEqual(['Theirs', 'Theirs']);
    expect(second.map(({ subject }) => subject)).toEqual(['Ours', 'Ours']);
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(2);
  });

  it('can use the same clientMessageId and externalId of a message independently', async () => {
    const [first, second] = await inBoth(async (workspace) => {
      const { id: conversationId } = await makeConversation(workspace);
      const text = workspace === ours ? 'Ours' : 'Theirs';
      return (
        await succeed(workspace, SendMessageDocument, {
          conversationId,
          text,
          clientMessageId: 'message-1',
          externalId: 'message-1',
          idempotencyKey: 'send-1',
        })
      ).messageEdge.node;
    });
    expect([first.text, second.text]).toEqual(['Theirs', 'Ours']);
    expect(first.id).not.toBe(second.id);
  });
});
