import { describe, expect, it } from 'vitest';
import { deactivateUser, reactivateUser, team } from '../../support/act/admin.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import {
  assign,
  close,
  create,
  join,
  leave,
  read,
  reopen,
  send,
  transfer,
  update,
} from '../conversations/support/act.js';
import { eventTypes, lastEvent, snapshot } from '../conversations/support/history.js';

const parley = useParley();
const secondServer = useParley();
const workspace = useWorkspace(parley);

async function makeDeactivated() {
  const user = await makeUser(workspace);
  expectType(await deactivateUser(workspace, user.id), 'DeactivateUserPayload');
  return user;
}

describe('deactivateUser', () => {
  it('unassigns what is not closed, whatever its status, and says so in the log', async () => {
    const user = await makeUser(workspace);
    const open = await makeConversation(workspace, { assigneeId: user.id });
    const pending = await makeConversation(workspace, { assigneeId: user.id });
    await update(workspace, { conversationId: pending.id, status: 'PENDING' });
    const snoozed = await makeConversation(workspace, { assigneeId: user.id });
    await update(workspace, { conversationId: snoozed.id, status: 'SNOOZED', snoozedUntil: '2999-01-01T00:00:00Z' });
    const before = await read(workspace, open.id);

    const answer = expectType(await deactivateUser(workspace, user.id), 'DeactivateUserPayload');
    expect(answer).toMatchObject({ unassignedCount: 3, user: { id: user.id, active: false } });
    for (const { id } of [open, pending, snoozed]) {
      expect(await read(workspace, id)).toMatchObject({ assignee: null, assignment: null });
      const event = await lastEvent(workspace, id);
      expect(event).toMatchObject({ type: 'conversation.assigned', from: { id: user.id }, to: null, note: null });
    }
    const after = await read(workspace, open.id);
    expect(after.version).toBe(before.version + 1);
    expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt));
    expect((await read(workspace, pending.id)).status).toBe('PENDING');
  });

  it('leaves what is closed, what others have, and what the user owns', async () => {
    const [user, other] = [await makeUser(workspace), await makeUser(workspace)];
    const closed = await makeConversation(workspace, { assigneeId: user.id });
    await close(workspace, { conversationId: closed.id });
    const others = await makeConversation(workspace, { assigneeId: other.id, participantIds: [user.id] });
    const owned = await makeConversation(workspace, { ownerId: user.id });
    const before = await Promise.all([closed, others, owned].map(({ id }) => snapshot(workspace, id)));
    const answer = expectType(await deactivateUser(workspace, user.id), 'DeactivateUserPayload');
    expect(answer.unassignedCount).toBe(0);
    expect(await Promise.all([closed, others, owned].map(({ id }) => snapshot(workspace, id)))).toEqual(before);
    expect((await read(workspace, closed.id)).assignee).toMatchObject({ id: user.id });
    expect((await read(workspace, owned.id)).owner).toMatchObject({ id: user.id });
  });

  it('changes nothing the second time', async () => {
    const user = await makeUser(workspace);
    const conversation = await makeConversation(workspace, { assigneeId: user.id });
    await deactivateUser(workspace, user.id);
    const before = await snapshot(workspace, conversation.id);
    const again = expectType(await deactivateUser(workspace, user.id), 'DeactivateUserPayload');
    expect(again).toMatchObject({ unassignedCount: 0, user: { active: false } });
    expect(await snapshot(workspace, conversation.id)).toEqual(before);
  });

  it('leaves nothing assigned that was assigned to the user at the same moment, on two servers', async () => {
    const user = await makeUser(workspace);
    const conversations = await Promise.all(Array.from({ length: 24 }, () => makeConversation(workspace)));
    const clients = [workspace, secondServer.connect(workspace)];
    const assignments = conversations.map(({ id: conversationId }, index) =>
      assign(clients[index % 2] ?? workspace, { conversationId, assigneeId: user.id }),
    );
    const [deactivated, ...answers] = await Promise.all([deactivateUser(workspace, user.id), ...assignments]);
    const { unassignedCount } = expectType(deactivated, 'DeactivateUserPayload');
    const assigned = answers.filter(({ __typename }) => __typename === 'AssignConversationPayload');
    const refused = answers.filter(({ __typename }) => __typename === 'ConflictError');
    expect(assigned.length).toBe(unassignedCount);
    expect(refused.length).toBe(24 - assigned.length);
    for (const { id } of conversations) expect((await read(workspace, id)).assignee).toBeNull();
  });
});

describe('a deactivated user', () => {
  it('is not assigned, transferred to, joined, or named as author, owner or participant of anything new', async () => {
    const { id } = await makeDeactivated();
    const conversation = await makeConversation(workspace);
    const before = await snapshot(workspace, conversation.id);
    const at = { conversationId: conversation.id };
    const answers = [
      await assign(workspace, { ...at, assigneeId: id }),
      await transfer(workspace, { ...at, toAssigneeId: id }),
      await join(workspace, { ...at, actorId: id }),
      await send(workspace, { ...at, text: 'Hello', authorId: id }),
      await create(workspace, { ownerId: id }),
      await create(workspace, { assigneeId: id }),
      await create(workspace, { participantIds: [id] }),
    ];
    for (const answer of answers) {
      expect(expectType(answer, 'ConflictError').errorMessage).toBe(
        `${id} is deactivated. Reactivate it first, or name another one.`,
      );
    }
    expect(await snapshot(workspace, conversation.id)).toEqual(before);
  });

  it('is still shown as owner, author and participant, and may be taken out of a conversation', async () => {
    const user = await makeUser(workspace);
    const conversation = await makeConversation(workspace, { ownerId: user.id });
    await send(workspace, { conversationId: conversation.id, text: 'Mine', direction: 'INBOUND' });
    await deactivateUser(workspace, user.id);
    const { conversation: seen, history } = await snapshot(workspace, conversation.id);
    expect(seen?.owner).toMatchObject({ id: user.id });
    expect(history?.participants).toMatchObject([{ actor: { id: user.id }, leftAt: null }]);
    const left = await leave(workspace, { conversationId: conversation.id, actorId: user.id });
    expectType(left, 'LeaveConversationPayload');
    expectType(
      await leave(workspace, { conversationId: conversation.id, actorId: user.id }),
      'LeaveConversationPayload',
    );
    expect(await eventTypes(workspace, conversation.id)).toContain('participant.left');
  });

  it('is taken off a closed conversation that is reopened', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeContactConversation(workspace, { assigneeId: user.id });
    await close(workspace, { conversationId: id });
    await deactivateUser(workspace, user.id);
    const { conversation } = expectType(await reopen(workspace, { conversationId: id }), 'ReopenConversationPayload');
    expect(conversation).toMatchObject({ status: 'OPEN', assignee: null, assignment: null });
    expect((await eventTypes(workspace, id)).slice(-2)).toEqual(['conversation.reopened', 'conversation.assigned']);
  });
});

describe('reactivateUser', () => {
  it('lets the user be assigned again, and gives nothing back', async () => {
    const user = await makeUser(workspace);
    const conversation = await makeConversation(workspace, { assigneeId: user.id });
    await deactivateUser(workspace, user.id);
    expect((await team(workspace)).users.nodes.find(({ id }) => id === user.id)?.active).toBe(false);
    const answer = expectType(await reactivateUser(workspace, user.id), 'ReactivateUserPayload');
    expect(answer.user.active).toBe(true);
    expectType(await reactivateUser(workspace, user.id), 'ReactivateUserPayload');
    expect((await read(workspace, conversation.id)).assignee).toBeNull();
    const assigned = await assign(workspace, { conversationId: conversation.id, assigneeId: user.id });
    expectType(assigned, 'AssignConversationPayload');
  });
});
