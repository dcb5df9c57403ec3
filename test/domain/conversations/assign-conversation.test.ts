import { describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  LeaveConversationDocument,
  SendMessageDocument,
} from '../../generated/operations.js';
import { act, succeed } from '../../support/act.js';
import { participantsOf, readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeBot, makeContact, makeConversation, makeUser } from '../../support/make.js';
import { eventTypes, lastEvent, snapshot } from './support/history.js';

const parley = useParley();
const workspace = useWorkspace(parley);

async function assigned(conversationId: string, assigneeId: string | null, note?: string) {
  return (
    await succeed(workspace, AssignConversationDocument, { conversationId, assigneeId, ...(note ? { note } : {}) })
  ).conversation;
}

describe('assignConversation', () => {
  it('assigns to a user, who joins first, and records when, by whom and why', async () => {
    const user = await makeUser(workspace, 'Ada');
    const { id } = await makeConversation(workspace);
    const conversation = await assigned(id, user.id, ' Please call back ');
    expect(conversation).toMatchObject({
      assignee: { __typename: 'User', id: user.id },
      assignment: { note: 'Please call back' },
      botActive: false,
      version: 2,
    });
    expect(await eventTypes(workspace, id)).toEqual([
      'conversation.created',
      'participant.joined',
      'conversation.assigned',
    ]);
    const event = await lastEvent(workspace, id);
    expect(event).toMatchObject({ from: null, to: { id: user.id }, note: 'Please call back' });
    expect(conversation.assignment).toMatchObject({ at: event.occurredAt, by: { id: event.actor.id } });
    expect(await participantsOf(workspace, id)).toMatchObject([
      { actor: { id: user.id }, role: 'AGENT', leftAt: null },
    ]);
  });

  it('assigns to a bot, which becomes active, and back to a user, who takes over while the bot stays set', async () => {
    const bot = await makeBot(workspace);
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { assigneeId: user.id });
    expect(await assigned(id, bot.id)).toMatchObject({
      assignee: { __typename: 'Bot', id: bot.id },
      bot: { id: bot.id },
      botActive: true,
    });
    expect(await lastEvent(workspace, id)).toMatchObject({ from: { id: user.id }, to: { id: bot.id }, note: null });
    expect(await assigned(id, user.id)).toMatchObject({
      assignee: { __typename: 'User', id: user.id },
      bot: { id: bot.id },
      botActive: false,
    });
    expect(await lastEvent(workspace, id)).toMatchObject({ from: { id: bot.id }, to: { id: user.id } });
    const participants = await participantsOf(workspace, id);
    expect(participants.map(({ actor, leftAt }) => [actor.id, leftAt])).toEqual([
      [user.id, null],
      [bot.id, null],
    ]);
  });

  it('unassigns with null and keeps the former assignee as a participant', async () => {
    const user = await makeUser(workspace);
    const { id, version } = await makeConversation(workspace, { assigneeId: user.id });
    expect(await assigned(id, null)).toMatchObject({ assignee: null, assignment: null, version: version + 1 });
    expect(await lastEvent(workspace, id)).toMatchObject({
      type: 'conversation.assigned',
      from: { id: user.id },
      to: null,
    });
    expect(await participantsOf(workspace, id)).toMatchObject([{ actor: { id: user.id }, leftAt: null }]);
  });

  it('changes and logs nothing for the same assignee, even with another note', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace);
    const unassigned = await snapshot(workspace, id);
    await assigned(id, null);
    expect(await snapshot(workspace, id)).toEqual(unassigned);
    await assigned(id, user.id, 'First');
    const before = await snapshot(workspace, id);
    await assigned(id, user.id, 'Second');
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('does not join a participant twice, but adds a new participant for someone who left', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { participantIds: [user.id] });
    await assigned(id, user.id);
    expect(await participantsOf(workspace, id)).toHaveLength(1);
    await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: user.id });
    await assigned(id, user.id);
    const stays = await participantsOf(workspace, id);
    expect(stays.map(({ leftAt }) => leftAt !== null)).toEqual([true, false]);
  });

  it('does not deactivate the bot for an agent who only assigns, but does for one who writes a message', async () => {
    const bot = await makeBot(workspace);
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { assigneeId: bot.id });
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'From a program' });
    expect(await readConversation(workspace, id)).toMatchObject({ botActive: true });
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'From a person', authorId: user.id });
    expect(await readConversation(workspace, id)).toMatchObject({ botActive: false, assignee: { id: bot.id } });
  });

  it('does not find an unknown or foreign user or bot, and changes nothing', async () => {
    const elsewhere = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const before = await snapshot(workspace, id);
    const cases = [
      ['user', unknownId('User')],
      ['user', (await makeUser(elsewhere)).id],
      ['bot', unknownId('Bot')],
      ['bot', (await makeBot(elsewhere)).id],
    ] as const;
    for (const [noun, assigneeId] of cases) {
      expect(await act(workspace, AssignConversationDocument, { conversationId: id, assigneeId })).toEqual({
        __typename: 'NotFoundError',
        code: 'NOT_FOUND',
        message: `No such ${noun}. Check the id and the workspace of your key or token.`,
        id: assigneeId,
      });
    }
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('refuses a missing, malformed or contact assigneeId and a note that is too long', async () => {
    const { id } = await makeConversation(workspace);
    const contact = await makeContact(workspace);
    const before = await snapshot(workspace, id);
    const cases = [
      [{}, 'assigneeId'],
      [{ assigneeId: 'ada' }, 'assigneeId'],
      [{ assigneeId: contact.id }, 'assigneeId'],
      [{ assigneeId: null, note: 'x'.repeat(1001) }, 'note'],
      [{ assigneeId: null, note: ' ' }, 'note'],
    ] as const;
    for (const [input, path] of cases) {
      const answer = await act(workspace, AssignConversationDocument, { conversationId: id, ...input });
      expect(answer).toMatchObject({ __typename: 'ValidationError', issues: [{ path: [path] }] });
    }
    expect(await snapshot(workspace, id)).toEqual(before);
  });
});
