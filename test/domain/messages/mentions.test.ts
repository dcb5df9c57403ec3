import { beforeEach, describe, expect, it } from 'vitest';
import {
  ConversationsDocument,
  DeactivateUserDocument,
  DeleteConversationDocument,
  DeleteMessageDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { eventsOf, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { TestWorkspace } from '../../support/parley.js';
import { signInAs } from '../../support/token.js';
import { findMessages, readMessage, rewrite } from './support/messages.js';
import { note } from './support/notes.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

let agent: TestWorkspace & { actorId: string };
let conversationId: string;
beforeEach(async () => {
  agent = await signInAs(parley, workspace, 'AGENT');
  conversationId = (await makeConversation(workspace)).id;
});

describe('a mention', () => {
  let ben: string;
  beforeEach(async () => {
    ben = (await makeUser(workspace, 'Ben')).id;
  });

  const conversationsOf = async (mentionedUserId: string) =>
    nodesOf(await ask(agent, ConversationsDocument, { filter: { mentionedUserId } })).map(({ id }) => id);
  const notesOf = async (mentionedUserId: string) =>
    nodesOf(await findMessages(agent, { mentionedUserId })).map(({ id }) => id);

  it('names users, each once, who find the note and its conversation by it', async () => {
    await note(agent, conversationId, { text: 'For nobody' });
    const { id, mentions } = await note(agent, conversationId, {
      text: 'Please look',
      mentionedUserIds: [ben, agent.actorId, ben],
    });
    expect(mentions.map((user) => user.id).sort()).toEqual([ben, agent.actorId].sort());
    expect(await notesOf(ben)).toEqual([id]);
    expect(await conversationsOf(ben)).toEqual([conversationId]);
    const both = await findMessages(agent, { mentionedUserId: ben, visibility: ['PUBLIC'] });
    expect(both.totalCount).toBe(0);
    const { body } = await agent.post(
      'query ($id: ID!) { conversationCounts(filter: { mentionedUserId: $id }) { open } }',
      { id: ben },
    );
    expect(body.data).toEqual({ conversationCounts: { open: 1 } });
  });

  it('can be changed by an edit, and goes with the note', async () => {
    const { id: messageId } = await note(agent, conversationId, { text: 'You', mentionedUserIds: [ben] });
    const edited = await rewrite(agent, messageId, { mentionedUserIds: [agent.actorId] });
    expect(edited).toMatchObject({ text: 'You', mentions: [{ id: agent.actorId }] });
    expect(edited.editedAt).not.toBeNull();
    expect([await conversationsOf(ben), await conversationsOf(agent.actorId)]).toEqual([[], [conversationId]]);
    expect(await rewrite(agent, messageId, { text: 'Still you' })).toMatchObject({ mentions: [{ id: agent.actorId }] });
    const before = await eventsOf(workspace, conversationId);
    await rewrite(agent, messageId, { text: 'Still you', mentionedUserIds: [agent.actorId] });
    expect(await eventsOf(workspace, conversationId)).toEqual(before);
    await succeed(agent, DeleteMessageDocument, { messageId });
    expect(await conversationsOf(agent.actorId)).toEqual([]);
    expect(await readMessage(agent, messageId)).toMatchObject({ text: null, content: {}, mentions: [] });
  });

  it('stays with the user who is deactivated later', async () => {
    const { id } = await note(agent, conversationId, { text: 'You', mentionedUserIds: [ben] });
    await succeed(workspace, DeactivateUserDocument, { userId: ben });
    expect(await notesOf(ben)).toEqual([id]);
  });

  it('is deleted with its conversation', async () => {
    await note(agent, conversationId, { text: 'You', mentionedUserIds: [ben] });
    await succeed(workspace, DeleteConversationDocument, { conversationId });
    expect(await conversationsOf(ben)).toEqual([]);
  });
});
