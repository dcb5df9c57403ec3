import { describe, expect, it } from 'vitest';
import {
  JoinConversationDocument,
  type JoinConversationInput,
  LeaveConversationDocument,
  type LeaveConversationInput,
} from '../../generated/operations.js';
import { act, issuePaths, succeed } from '../../support/act.js';
import { participantsOf, readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeBot, makeContact, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { eventTypes, lastEvent, snapshot } from '../conversations/support/history.js';

const parley = useParley();
const workspace = useWorkspace(parley);

const join = (client: TestWorkspace, input: JoinConversationInput) => act(client, JoinConversationDocument, input);
const leave = (client: TestWorkspace, input: LeaveConversationInput) => act(client, LeaveConversationDocument, input);

const joinedOnce = ['conversation.created', 'participant.joined'];

describe('joinConversation', () => {
  it('adds a user as agent, a bot as bot and a contact as customer, each with an event', async () => {
    const actors = [await makeUser(workspace, 'Ada'), await makeBot(workspace), await makeContact(workspace)];
    const { id } = await makeConversation(workspace);
    for (const { id: actorId } of actors) {
      const answer = await act(workspace, JoinConversationDocument, { conversationId: id, actorId });
      expect(answer).toMatchObject({ __typename: 'JoinConversationPayload', conversation: { id, version: 1 } });
      const [participant] = (await participantsOf(workspace, id)).slice(-1);
      expect(await lastEvent(workspace, id)).toMatchObject({
        type: 'participant.joined',
        participantId: participant?.id,
        participant: { name: participant?.name },
      });
    }
    const participants = await participantsOf(workspace, id);
    expect(participants.map(({ actor, role, leftAt }) => [actor.id, role, leftAt])).toEqual([
      [actors[0]?.id, 'AGENT', null],
      [actors[1]?.id, 'BOT', null],
      [actors[2]?.id, 'CUSTOMER', null],
    ]);
  });

  it('adds the owner as customer', async () => {
    const owner = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { ownerId: owner.id });
    await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: owner.id });
    await succeed(workspace, JoinConversationDocument, { conversationId: id, actorId: owner.id });
    expect((await participantsOf(workspace, id)).map(({ role }) => role)).toEqual(['CUSTOMER', 'CUSTOMER']);
  });

  it('changes nothing for a current participant', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { participantIds: [user.id] });
    const before = await snapshot(workspace, id);
    await succeed(workspace, JoinConversationDocument, { conversationId: id, actorId: user.id });
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('joins once for many concurrent requests', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        act(workspace, JoinConversationDocument, { conversationId: id, actorId: user.id }),
      ),
    );
    expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(['JoinConversationPayload']));
    expect(await participantsOf(workspace, id)).toHaveLength(1);
    expect(await eventTypes(workspace, id)).toEqual(joinedOnce);
  });

  it('joins the viewer by default, and others only with a key of the workspace', async () => {
    const bot = await makeBot(workspace);
    const user = await makeUser(workspace);
    const asBot = parley.connect({ ...workspace, apiKey: bot.apiKey });
    const { id } = await makeConversation(workspace);
    for (const run of [join, leave]) {
      expect(issuePaths(await run(workspace, { conversationId: id }))).toEqual(['actorId']);
      const answer = await run(asBot, { conversationId: id, actorId: user.id });
      expect(answer).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' });
    }
    expect(await participantsOf(workspace, id)).toEqual([]);
    await succeed(asBot, JoinConversationDocument, { conversationId: id });
    await succeed(asBot, JoinConversationDocument, { conversationId: id, actorId: bot.id });
    expect(await participantsOf(workspace, id)).toMatchObject([{ actor: { id: bot.id }, leftAt: null }]);
    expect(await lastEvent(workspace, id)).toMatchObject({ actor: { __typename: 'Bot', id: bot.id } });
    await succeed(asBot, LeaveConversationDocument, { conversationId: id });
    expect(await lastEvent(workspace, id)).toMatchObject({ type: 'participant.left', actor: { id: bot.id } });
  });
});

describe('leaveConversation', () => {
  it('ends the participation, which is kept, and rejoining starts a new one', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { participantIds: [user.id] });
    const answer = await act(workspace, LeaveConversationDocument, { conversationId: id, actorId: user.id });
    expect(answer).toMatchObject({ __typename: 'LeaveConversationPayload', conversation: { version: 1 } });
    const [stay] = await participantsOf(workspace, id);
    const event = await lastEvent(workspace, id);
    expect(event).toMatchObject({ type: 'participant.left', participantId: stay?.id });
    expect(stay?.leftAt).toBe(event.occurredAt);
    await succeed(workspace, JoinConversationDocument, { conversationId: id, actorId: user.id });
    const stays = await participantsOf(workspace, id);
    expect(stays.map(({ leftAt }) => leftAt !== null)).toEqual([true, false]);
    expect(stays[0]).toEqual(stay);
    const query = '($id: ID!) { conversation(id: $id) { participants { id } } }';
    const { body } = await workspace.post(`query${query}`, { id });
    expect(body.data).toEqual({ conversation: { participants: [{ id: stays[1]?.id }] } });
  });

  it('unassigns the assignee, in an event of its own after leaving', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { assigneeId: user.id });
    await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: user.id });
    expect(await readConversation(workspace, id)).toMatchObject({ assignee: null, assignment: null });
    expect((await eventTypes(workspace, id)).slice(-2)).toEqual(['participant.left', 'conversation.assigned']);
    expect(await lastEvent(workspace, id)).toMatchObject({ from: { id: user.id }, to: null });
  });

  it('changes nothing for someone who never joined or has left', async () => {
    const [user, other] = [await makeUser(workspace), await makeUser(workspace)];
    const { id } = await makeConversation(workspace, { participantIds: [user.id], assigneeId: other.id });
    await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: user.id });
    const before = await snapshot(workspace, id);
    for (const actorId of [user.id, (await makeBot(workspace)).id]) {
      expect((await act(workspace, LeaveConversationDocument, { conversationId: id, actorId })).__typename).toBe(
        'LeaveConversationPayload',
      );
    }
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('is logged once for many concurrent requests', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { participantIds: [user.id] });
    await Promise.all(
      Array.from({ length: 10 }, () =>
        act(workspace, LeaveConversationDocument, { conversationId: id, actorId: user.id }),
      ),
    );
    expect(await eventTypes(workspace, id)).toEqual([...joinedOnce, 'participant.left']);
  });

  it('keeps participations consistent when joins and leaves are concurrent', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 ? leave : join)(workspace, { conversationId: id, actorId: user.id }),
      ),
    );
    const types = (await eventTypes(workspace, id)).slice(1);
    expect(types).toEqual(types.map((_, index) => (index % 2 ? 'participant.left' : 'participant.joined')));
    const stays = await participantsOf(workspace, id);
    expect(stays).toHaveLength(Math.ceil(types.length / 2));
    expect(stays.filter(({ leftAt }) => leftAt === null)).toHaveLength(types.length % 2);
  });
});

describe.each([
  ['joinConversation', join],
  ['leaveConversation', leave],
] as const)('%s', (_name, run) => {
  it('does not find unknown or foreign actors, and refuses those that cannot take part', async () => {
    const elsewhere = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const before = await snapshot(workspace, id);
    const cases = [
      ['user', unknownId('User')],
      ['user', (await makeUser(elsewhere)).id],
      ['bot', (await makeBot(elsewhere)).id],
      ['contact', unknownId('Contact')],
      ['contact', (await makeContact(elsewhere)).id],
    ] as const;
    for (const [noun, actorId] of cases) {
      expect(await run(workspace, { conversationId: id, actorId })).toEqual({
        __typename: 'NotFoundError',
        code: 'NOT_FOUND',
        message: `No such ${noun}. Check the id and the workspace of your key or token.`,
        id: actorId,
      });
    }
    for (const actorId of ['ada', unknownId('ApiKey'), unknownId('Conversation'), null]) {
      const answer = await run(workspace, { conversationId: id, actorId });
      expect(answer).toMatchObject({ __typename: 'ValidationError', issues: [{ path: ['actorId'] }] });
    }
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
