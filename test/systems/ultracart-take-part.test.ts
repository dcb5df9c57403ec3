import { describe, expect, it } from 'vitest';
import {
  ConversationWithMessagesDocument,
  CreateConversationDocument,
  JoinConversationDocument,
  type JoinConversationInput,
  LeaveConversationDocument,
  type LeaveConversationInput,
} from '../generated/operations.js';
import { act } from '../support/act.js';
import { testClock } from '../support/clock.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeContact, makeConversation, makeUser } from '../support/make.js';
import { expectType } from '../support/parley.js';
import { signIn } from '../support/token.js';

const clock = testClock('2126-03-01T10:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useWorkspace(parley);

const get = async (id: string) => workspace.run(ConversationWithMessagesDocument, { id });
const join = (input: JoinConversationInput, by = workspace) => act(by, JoinConversationDocument, input);
const leave = (input: LeaveConversationInput, by = workspace) => act(by, LeaveConversationDocument, input);

/** Everyone who is or was in a conversation. */
const participants = async (id: string) => (await get(id)).conversation?.participants ?? [];

describe('joinConversation', () => {
  it('adds the caller to the participants of conversation_uuid', async () => {
    const agent = await makeUser(workspace);
    const asAgent = await signIn(parley, workspace, agent.id);
    const { id } = await makeConversation(workspace);
    const joinedAt = clock.tick();
    expectType(await join({ conversationId: id }, asAgent), 'JoinConversationPayload');
    expect(await participants(id)).toMatchObject([
      { actor: { id: agent.id }, name: agent.name, joinedAt, leftAt: null },
    ]);
  });

  it('changes nothing for a current participant', async () => {
    const agent = await makeUser(workspace);
    const { id } = await makeConversation(workspace);
    await join({ conversationId: id, actorId: agent.id });
    const before = await participants(id);
    clock.tick();
    expectType(await join({ conversationId: id, actorId: agent.id }), 'JoinConversationPayload');
    expect(await participants(id)).toEqual(before);
  });

  it('returns NotFoundError if the conversation does not exist', async () => {
    const conversationId = unknownId('Conversation');
    const actorId = (await makeUser(workspace)).id;
    expect(expectType(await join({ conversationId, actorId }), 'NotFoundError').id).toBe(conversationId);
  });
});

describe('leaveConversation', () => {
  it("ends the caller's participation, which is kept, and rejoining starts a new one", async () => {
    const agent = await makeUser(workspace);
    const asAgent = await signIn(parley, workspace, agent.id);
    const { id } = await makeConversation(workspace, { participantIds: [agent.id] });
    const leftAt = clock.tick();
    expectType(await leave({ conversationId: id }, asAgent), 'LeaveConversationPayload');
    expect(await participants(id)).toMatchObject([{ actor: { id: agent.id }, leftAt }]);
    const joinedAt = clock.tick();
    await join({ conversationId: id }, asAgent);
    expect(await participants(id)).toMatchObject([{ leftAt }, { actor: { id: agent.id }, joinedAt, leftAt: null }]);
  });

  it('changes nothing for someone who does not take part', async () => {
    const agent = await makeUser(workspace);
    const { id } = await makeConversation(workspace);
    expectType(await leave({ conversationId: id, actorId: agent.id }), 'LeaveConversationPayload');
    expect(await participants(id)).toEqual([]);
  });

  it('returns NotFoundError if the conversation does not exist', async () => {
    const conversationId = unknownId('Conversation');
    const actorId = (await makeUser(workspace)).id;
    expect(expectType(await leave({ conversationId, actorId }), 'NotFoundError').id).toBe(conversationId);
  });
});

describe('startConversation', () => {
  const start = async (participantIds: string[]) => {
    const input = { participantIds };
    return await act(workspace, CreateConversationDocument, input);
  };

  it('starts a conversation with add_conversation_participant_arns, and returns it', async () => {
    const people = [await makeUser(workspace), await makeContact(workspace), await makeBot(workspace)];
    const at = clock.tick();
    const answer = expectType(await start(people.map(({ id }) => id)), 'CreateConversationPayload');
    expect(answer).toMatchObject({ created: true, conversation: { status: 'OPEN', createdAt: at } });
    expect(await get(answer.conversation.id)).toMatchObject({
      viewer: { workspace: { id: workspace.id } },
      conversation: {
        id: answer.conversation.id,
        participants: people.map(({ id, name }) => ({ actor: { id }, name, joinedAt: at, leftAt: null })),
        messages: { edges: [] },
      },
    });
  });

  it('adds participants to the conversation of conversation_arn by joinConversation', async () => {
    const agent = await makeUser(workspace);
    const { id } = await makeConversation(workspace);
    const answer = expectType(await join({ conversationId: id, actorId: agent.id }), 'JoinConversationPayload');
    expect(answer.conversation.id).toBe(id);
    expect(await participants(id)).toMatchObject([{ actor: { id: agent.id } }]);
  });

  it('returns NotFoundError for a nonexistent participant and ValidationError for a malformed id', async () => {
    const unknown = unknownId('User');
    expect(expectType(await start([(await makeUser(workspace)).id, unknown]), 'NotFoundError').id).toBe(unknown);
    const refused = expectType(await start(['arn:of:nobody']), 'ValidationError');
    expect(refused.issues).toMatchObject([{ path: ['participantIds', '0'] }]);
  });
});
