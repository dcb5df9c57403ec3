import { beforeEach, describe, expect, it } from 'vitest';
import {
  ConversationsDocument,
  DeleteMessageDocument,
  MarkConversationReadDocument,
  MergeContactsDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { participantsOf, readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeBot, makeContact, makeContactConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';

let conversationId: string;
const parley = useParley();
const workspace = useFreshWorkspace(parley);
beforeEach(async () => {
  conversationId = (await makeContactConversation(workspace)).id;
});

const inbound = (text: string) => say(workspace, conversationId, { text, direction: 'INBOUND' });
const remove = (messageId: string) => succeed(workspace, DeleteMessageDocument, { messageId });
const listedAs = async (unread: boolean, client: TestWorkspace = workspace) =>
  (await ask(client, ConversationsDocument, { filter: { unread } })).edges.map(({ node }) => node.id);
const lastMessage = async () =>
  (await workspace.post(`{ conversation(id: "${conversationId}") { messageCount lastMessage { text } } }`)).body.data
    ?.conversation;
const unreadOf = async (actorId: string) =>
  (await participantsOf(workspace, conversationId)).find(({ actor }) => actor.id === actorId)?.unreadCount;

describe('a deleted message', () => {
  it('is no longer unread for the team, for bots and in lists', async () => {
    const made = await makeBot(workspace);
    const bot = parley.connect({ id: workspace.id, apiKey: made.apiKey });
    const { id } = await inbound('Wrong window');
    for (const client of [workspace, bot]) expect(await listedAs(true, client)).toEqual([conversationId]);
    await remove(id);
    for (const client of [workspace, bot]) {
      expect((await readConversation(client, conversationId)).unreadCount).toBe(0);
      expect(await listedAs(true, client)).toEqual([]);
      expect(await listedAs(false, client)).toEqual([conversationId]);
    }
    await inbound('Hello');
    expect((await readConversation(bot, conversationId)).unreadCount).toBe(1);
  });

  it('is no longer unread for the contact if the team wrote it', async () => {
    const contactId = (await readConversation(workspace, conversationId)).contact?.id ?? '';
    await inbound('Hello');
    const { id } = await say(workspace, conversationId, { text: 'Wrong customer' });
    await say(workspace, conversationId, { text: 'Hello' });
    expect(await unreadOf(contactId)).toBe(2);
    await remove(id);
    expect(await unreadOf(contactId)).toBe(1);
  });

  it('changes nothing for those who had read it, however often it is deleted', async () => {
    const { id } = await inbound('One');
    await succeed(workspace, MarkConversationReadDocument, { conversationId });
    await inbound('Two');
    await Promise.all([remove(id), remove(id), remove(id)]);
    expect((await readConversation(workspace, conversationId)).unreadCount).toBe(1);
  });

  it('does not count for those who later read up to a message before it', async () => {
    const user = await makeUser(workspace);
    await inbound('One');
    const { id } = await inbound('Two');
    await inbound('Three');
    await remove(id);
    const read = { conversationId, upToSeq: 1 };
    expect((await succeed(workspace, MarkConversationReadDocument, read)).conversation.unreadCount).toBe(1);
    const rest = { conversationId, upToSeq: 2 };
    expect((await succeed(workspace, MarkConversationReadDocument, rest)).conversation.unreadCount).toBe(1);
    await say(workspace, conversationId, { text: 'Answer', authorId: user.id });
    expect(await unreadOf(user.id)).toBe(0);
  });

  it('stays counted when contacts are merged', async () => {
    const contactId = (await readConversation(workspace, conversationId)).contact?.id ?? '';
    const { id } = await say(workspace, conversationId, { text: 'Wrong customer' });
    await inbound('Hello');
    await remove(id);
    await say(workspace, conversationId, { text: 'Hello' });
    const survivor = await makeContact(workspace);
    await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [contactId] });
    expect(await unreadOf(survivor.id)).toBe(1);
  });

  it('is not the last message: that is the newest one that is not deleted', async () => {
    await inbound('One');
    const two = await inbound('Two');
    const three = await inbound('Three');
    await remove(two.id);
    expect(await lastMessage()).toEqual({ messageCount: 3, lastMessage: { text: 'Three' } });
    await remove(three.id);
    expect(await lastMessage()).toEqual({ messageCount: 3, lastMessage: { text: 'One' } });
  });

  it('leaves no last message if every message is deleted', async () => {
    await remove((await inbound('One')).id);
    expect(await lastMessage()).toEqual({ messageCount: 1, lastMessage: null });
  });
});
