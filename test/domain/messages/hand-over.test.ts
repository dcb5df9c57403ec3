import { beforeEach, describe, expect, it } from 'vitest';
import { UpdateConversationDocument } from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { eventsOf, makeBot, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';

let botId: string;
const parley = useParley();
const workspace = useFreshWorkspace(parley);
beforeEach(async () => {
  botId = (await makeBot(workspace)).id;
});

describe('the bot of a conversation', () => {
  it("becomes inactive with an agent's message, once, and stays set", async () => {
    const user = await makeUser(workspace);
    const { id, version } = await makeContactConversation(workspace, { botId });
    await say(workspace, id, { text: 'I take over', authorId: user.id });
    await say(workspace, id, { text: 'Still me', authorId: user.id });
    expect(await readConversation(workspace, id)).toMatchObject({
      bot: { id: botId },
      botActive: false,
      version: version + 1,
    });
    const events = (await eventsOf(workspace, id)).slice(-4);
    const expected = ['participant.joined', 'conversation.updated', 'message.added', 'message.added'];
    expect(events.map(({ type }) => type)).toEqual(expected);
    expect(events[1]).toMatchObject({
      changes: [{ field: 'botActive', from: true, to: false }],
      actor: { id: user.id },
    });
  });

  it('stays active after a message of the contact, the bot itself or a key', async () => {
    const { id, version } = await makeContactConversation(workspace, { botId });
    await say(workspace, id, { text: 'Hello', direction: 'INBOUND' });
    await say(workspace, id, { text: 'Hello', authorId: botId });
    await say(workspace, id, { text: 'Relayed' });
    expect(await readConversation(workspace, id)).toMatchObject({ botActive: true, version });
  });

  it("stays active after the owner's message, but not after another user's", async () => {
    const owner = await makeUser(workspace, 'Owner');
    const agent = await makeUser(workspace, 'Agent');
    const { id } = await makeConversation(workspace, { botId, ownerId: owner.id });
    await say(workspace, id, { text: 'A question', authorId: owner.id });
    expect((await readConversation(workspace, id)).botActive).toBe(true);
    await say(workspace, id, { text: 'An answer', authorId: agent.id });
    expect((await readConversation(workspace, id)).botActive).toBe(false);
  });

  it('can be activated again', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeContactConversation(workspace, { botId });
    await say(workspace, id, { text: 'I take over', authorId: user.id });
    const input = { conversationId: id, botActive: true };
    await succeed(workspace, UpdateConversationDocument, input);
    expect((await readConversation(workspace, id)).botActive).toBe(true);
    await say(workspace, id, { text: 'And again', authorId: user.id });
    expect((await readConversation(workspace, id)).botActive).toBe(false);
  });
});
