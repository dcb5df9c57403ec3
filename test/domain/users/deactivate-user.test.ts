import { describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  CreateConversationDocument,
  DeactivateUserDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  ReactivateUserDocument,
  ReopenConversationDocument,
  SendMessageDocument,
  TeamDocument,
  TransferConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { eventTypes, lastEvent, snapshot } from '../conversations/support/history.js';

const parley = useParley();
const secondServer = useParley({});
const workspace = useWorkspace(parley);

async function makeDeactivated() {
  const user = await makeUser(workspace);
  await succeed(workspace, DeactivateUserDocument, { userId: user.id });
  return user;
}

describe('deactivateUser', () => {
  it('unassigns the user from every unclosed conversation, and logs it', async () => {
    const user = await makeUser(workspace);
    const open = await makeConversation(workspace, { assigneeId: user.id });
    const pending = await makeConversation(workspace, { assigneeId: user.id });
    await succeed(workspace, UpdateConversationDocument, { conversationId: pending.id, status: 'PENDING' });
    const snoozed = await makeConversation(workspace, { assigneeId: user.id });
    await succeed(workspace, UpdateConversationDocument, {
      conversationId: snoozed.id,
      status: 'SNOOZED',
      snoozedUntil: '2999-01-01T00:00:00Z',
    });
    const before = await readConversation(workspace, open.id);

    const answer = await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    expect(answer).toMatchObject({ unassignedCount: 3, user: { id: user.id, active: false } });
    for (const { id } of [open, pending, snoozed]) {
      expect(await readConversation(workspace, id)).toMatchObject({ assignee: null, assignment: null });
      const event = await lastEvent(workspace, id);
      expect(event).toMatchObject({ type: 'conversation.assigned', from: { id: user.id }, to: null, note: null });
    }
    const after = await readConversation(workspace, open.id);
    expect(after.version).toBe(before.version + 1);
    expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt));
    expect((await readConversation(workspace, pending.id)).status).toBe('PENDING');
  });

  it('keeps closed conversations, those of others and those the user owns', async () => {
    const [user, other] = [await makeUser(workspace), await makeUser(workspace)];
    const closed = await makeConversation(workspace, { assigneeId: user.id });
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    const others = await makeConversation(workspace, { assigneeId: other.id, participantIds: [user.id] });
    const owned = await makeConversation(workspace, { ownerId: user.id });
    const before = await Promise.all([closed, others, owned].map(({ id }) => snapshot(workspace, id)));
    const answer = await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    expect(answer.unassignedCount).toBe(0);
    expect(await Promise.all([closed, others, owned].map(({ id }) => snapshot(workspace, id)))).toEqual(before);
    expect((await readConversation(workspace, closed.id)).assignee).toMatchObject({ id: user.id });
    expect((await readConversation(workspace, owned.id)).owner).toMatchObject({ id: user.id });
  });

  it('changes nothing the second time', async () => {
    const user = await makeUser(workspace);
    const conversation = await makeConversation(workspace, { assigneeId: user.id });
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    const before = await snapshot(workspace, conversation.id);
    const again = await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    expect(again).toMatchObject({ unassignedCount: 0, user: { active: false } });
    expect(await snapshot(workspace, conversation.id)).toEqual(before);
  });

  it('leaves nothing assigned to the user concurrently on two servers', async () => {
    const user = await makeUser(workspace);
    const conversations = await Promise.all(Array.from({ length: 24 }, () => makeConversation(workspace)));
    const clients = [workspace, secondServer.connect(workspace)];
    const assignments = conversations.map(({ id: conversationId }, index) =>
      act(clients[index % 2] ?? workspace, AssignConversationDocument, { conversationId, assigneeId: user.id }),
    );
    const [deactivated, ...answers] = await Promise.all([
      act(workspace, DeactivateUserDocument, { userId: user.id }),
      ...assignments,
    ]);
    const { unassignedCount } = expectType(deactivated, 'DeactivateUserPayload');
    const assigned = answers.filter(({ __typename }) => __typename === 'AssignConversationPayload');
    const refused = answers.filter(({ __typename }) => __typename === 'ConflictError');
    expect(assigned.length).toBe(unassignedCount);
    expect(refused.length).toBe(24 - assigned.length);
    for (const { id } of conversations) expect((await readConversation(workspace, id)).assignee).toBeNull();
  });
});

describe('a deactivated user', () => {
  it('cannot become assignee, author, owner or participant of anything new', async () => {
    const { id } = await makeDeactivated();
    const conversation = await makeConversation(workspace);
    const before = await snapshot(workspace, conversation.id);
    const at = { conversationId: conversation.id };
    const answers = [
      await act(workspace, AssignConversationDocument, { ...at, assigneeId: id }),
      await act(workspace, TransferConversationDocument, { ...at, toAssigneeId: id }),
      await act(workspace, JoinConversationDocument, { ...at, actorId: id }),
      await act(workspace, SendMessageDocument, { ...at, text: 'Hello', authorId: id }),
      await act(workspace, CreateConversationDocument, { ownerId: id }),
      await act(workspace, CreateConversationDocument, { assigneeId: id }),
      await act(workspace, CreateConversationDocument, { participantIds: [id] }),
    ];
    for (const answer of answers) {
      expect(expectType(answer, 'ConflictError').message).toBe(
        `${id} is deactivated. Reactivate it first, or choose another one.`,
      );
    }
    expect(await snapshot(workspace, conversation.id)).toEqual(before);
  });

  it('is still shown as owner, author and participant, and can be removed from a conversation', async () => {
    const user = await makeUser(workspace);
    const conversation = await makeConversation(workspace, { ownerId: user.id });
    await succeed(workspace, SendMessageDocument, {
      conversationId: conversation.id,
      text: 'Mine',
      direction: 'INBOUND',
    });
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    const { conversation: seen, history } = await snapshot(workspace, conversation.id);
    expect(seen?.owner).toMatchObject({ id: user.id });
    expect(history?.participants).toMatchObject([{ actor: { id: user.id }, leftAt: null }]);
    await succeed(workspace, LeaveConversationDocument, { conversationId: conversation.id, actorId: user.id });
    await succeed(workspace, LeaveConversationDocument, { conversationId: conversation.id, actorId: user.id });
    expect(await eventTypes(workspace, conversation.id)).toContain('participant.left');
  });

  it('is unassigned from a closed conversation that is reopened', async () => {
    const user = await makeUser(workspace);
    const { id } = await makeContactConversation(workspace, { assigneeId: user.id });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    const { conversation } = await succeed(workspace, ReopenConversationDocument, { conversationId: id });
    expect(conversation).toMatchObject({ status: 'OPEN', assignee: null, assignment: null });
    expect((await eventTypes(workspace, id)).slice(-2)).toEqual(['conversation.reopened', 'conversation.assigned']);
  });
});

describe('reactivateUser', () => {
  it('makes the user assignable again, without restoring assignments', async () => {
    const user = await makeUser(workspace);
    const conversation = await makeConversation(workspace, { assigneeId: user.id });
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    expect((await workspace.run(TeamDocument, {})).users.nodes.find(({ id }) => id === user.id)?.active).toBe(false);
    const answer = await succeed(workspace, ReactivateUserDocument, { userId: user.id });
    expect(answer.user.active).toBe(true);
    await succeed(workspace, ReactivateUserDocument, { userId: user.id });
    expect((await readConversation(workspace, conversation.id)).assignee).toBeNull();
    await succeed(workspace, AssignConversationDocument, { conversationId: conversation.id, assigneeId: user.id });
  });
});
