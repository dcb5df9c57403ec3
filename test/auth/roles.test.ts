import { beforeEach, describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  ConversationDocument,
  ConversationsDocument,
  CreateApiKeyDocument,
  CreateBotDocument,
  CreateConversationDocument,
  CreateUserDocument,
  DeactivateUserDocument,
  DeleteConversationDocument,
  DeleteMessageDocument,
  EventsDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  MarkConversationReadDocument,
  NodeDocument,
  ReactivateUserDocument,
  SendMessageDocument,
  SetTypingDocument,
  UpdateUserDocument,
} from '../generated/operations.js';
import { act, ask, failWith, succeed } from '../support/act.js';
import { makeApiKey } from '../support/api-key.js';
import { readConversation, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeChannel, makeContact, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { expectType, type TestWorkspace } from '../support/parley.js';
import { signInAs, type TokenKind } from '../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

/** Whether a caller finds a conversation, which must be the same whichever way it looks. */
async function sees(client: TestWorkspace, id: string): Promise<boolean> {
  const conversation = await ask(client, ConversationDocument, { id });
  const node = await ask(client, NodeDocument, { id });
  const conversations = await ask(client, ConversationsDocument, { first: 100 });
  const events = await ask(client, EventsDocument, { first: 100 });
  const answers = [
    conversation !== null,
    node !== null,
    conversations.edges.some((edge) => edge.node.id === id),
    // Who leaves what it can see only by taking part is still told so.
    nodesOf(events).some((event) => event.conversationId === id && event.type !== 'participant.left'),
  ];
  expect(new Set(answers).size).toBe(1);
  return answers.includes(true);
}

describe('a conversation with an owner', () => {
  it.each([
    ['OWNER', true],
    ['ADMIN', true],
    ['AGENT', false],
    ['READ_ONLY', false],
  ] as const)('is visible, to a user with the role %s who does not take part: %s', async (role, expected) => {
    const ownerId = (await makeUser(workspace)).id;
    const caller = await signInAs(parley, workspace, role);
    expect(await sees(caller, (await makeConversation(workspace, { ownerId })).id)).toBe(expected);
    expect(await sees(caller, (await makeConversation(workspace)).id)).toBe(true);
  });

  it.each(['AGENT', 'READ_ONLY'] as const)(
    'is visible to its owner with the role %s, and to another such user while a participant',
    async (role) => {
      const [owner, guest] = [await signInAs(parley, workspace, role), await signInAs(parley, workspace, role)];
      const { id } = await makeConversation(workspace, { ownerId: owner.actorId });
      expect([await sees(owner, id), await sees(guest, id)]).toEqual([true, false]);
      await succeed(workspace, JoinConversationDocument, { conversationId: id, actorId: guest.actorId });
      expect(await sees(guest, id)).toBe(true);
      await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: guest.actorId });
      expect(await sees(guest, id)).toBe(false);
      await succeed(workspace, LeaveConversationDocument, { conversationId: id, actorId: owner.actorId });
      expect(await sees(owner, id)).toBe(true);
    },
  );

  it('sends its deletion event to its owner but not to users who could not see it', async () => {
    const [owner, agent] = [await signInAs(parley, workspace, 'AGENT'), await signInAs(parley, workspace, 'AGENT')];
    const { id } = await makeConversation(workspace, { ownerId: owner.actorId });
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    const typesFor = async (client: TestWorkspace) =>
      nodesOf(await ask(client, EventsDocument, { first: 100 })).map(({ type }) => type);
    expect((await typesFor(owner)).at(-1)).toBe('conversation.deleted');
    expect(await typesFor(agent)).toEqual([]);
  });

  it("counts the assistant's messages as unread for its owner, also in a filter", async () => {
    const owner = await signInAs(parley, workspace, 'AGENT');
    const { id } = await makeConversation(workspace, { ownerId: owner.actorId });
    await say(owner, id, { text: 'Question' });
    const unread = async () => (await ask(owner, ConversationsDocument, { filter: { unread: true } })).totalCount;
    expect([(await readConversation(owner, id)).unreadCount, await unread()]).toEqual([0, 0]);
    await say(workspace, id, { text: 'Answer' });
    expect([(await readConversation(owner, id)).unreadCount, await unread()]).toEqual([1, 1]);
  });

  it('takes no routed message from the owner of another conversation on the same contact and channel', async () => {
    const [mine, theirs] = [await signInAs(parley, workspace, 'AGENT'), await signInAs(parley, workspace, 'AGENT')];
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const closed = await makeConversation(workspace, { channelId, contactId, ownerId: mine.actorId });
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    const hidden = await makeConversation(workspace, { channelId, contactId, ownerId: theirs.actorId });
    const answer = await act(mine, SendMessageDocument, { conversationId: closed.id, text: 'Let me in' });
    expectType(answer, 'ConflictError');
    expect(JSON.stringify(answer)).not.toContain(hidden.id);
    expect((await readConversation(workspace, hidden.id)).messageCount).toBe(0);
  });
});

describe("a user's actions", () => {
  it.each(['OWNER', 'ADMIN', 'AGENT'] as const)('are those of the user itself, with the role %s', async (role) => {
    const caller = await signInAs(parley, workspace, role);
    const [other, contact] = [await makeUser(workspace), await makeContact(workspace)];
    const { id } = await makeConversation(workspace, { contactId: contact.id });
    const message = await say(caller, id, { text: 'Hello' });
    expect(message).toMatchObject({ direction: 'OUTBOUND', author: { id: caller.actorId } });
    for (const authorId of [other.id, contact.id]) {
      await failWith(caller, 'ForbiddenError', SendMessageDocument, { conversationId: id, text: 'x', authorId });
    }
    await failWith(caller, 'ValidationError', SendMessageDocument, {
      conversationId: id,
      text: 'x',
      direction: 'INBOUND',
    });
    const asOther = { conversationId: id, actorId: other.id };
    await failWith(caller, 'ForbiddenError', JoinConversationDocument, asOther);
    await failWith(caller, 'ForbiddenError', LeaveConversationDocument, asOther);
    await failWith(caller, 'ForbiddenError', SetTypingDocument, asOther);
    await succeed(caller, AssignConversationDocument, { conversationId: id, assigneeId: other.id });
    expect((await readConversation(workspace, id)).assignment?.by.id).toBe(caller.actorId);
    await succeed(caller, CloseConversationDocument, { conversationId: id });
    expect((await readConversation(workspace, id)).closure?.by.id).toBe(caller.actorId);
  });

  it("include deleting others' messages only for an OWNER or ADMIN", async () => {
    const { id } = await makeConversation(workspace);
    const { id: messageId } = await say(workspace, id, { text: 'Unkind' });
    await failWith(await signInAs(parley, workspace, 'AGENT'), 'ForbiddenError', DeleteMessageDocument, { messageId });
    expect(
      (await succeed(await signInAs(parley, workspace, 'ADMIN'), DeleteMessageDocument, { messageId })).messageEdge.node
        .text,
    ).toBeNull();
  });
});

it("a READ_ONLY user moves only its own read position, while an AGENT also moves the team's", async () => {
  const contactId = (await makeContact(workspace)).id;
  const { id } = await makeConversation(workspace, { contactId });
  await say(workspace, id, { text: 'Help', direction: 'INBOUND' });
  const reader = await signInAs(parley, workspace, 'READ_ONLY');
  const agent = await signInAs(parley, workspace, 'AGENT');
  const unread = async () =>
    Promise.all([reader, agent, workspace].map(async (client) => (await readConversation(client, id)).unreadCount));
  expect(await unread()).toEqual([1, 1, 1]);
  await succeed(reader, MarkConversationReadDocument, { conversationId: id });
  expect(await unread()).toEqual([0, 1, 1]);
  await succeed(agent, MarkConversationReadDocument, { conversationId: id });
  expect(await unread()).toEqual([0, 0, 0]);
});

describe('privilege escalation is refused', () => {
  let admin: TestWorkspace & { actorId: string };
  let owner: { id: string };
  beforeEach(async () => {
    admin = await signInAs(parley, workspace, 'ADMIN');
    owner = await makeUser(workspace, 'Olga', { role: 'OWNER' });
  });

  it('because an ADMIN can create and promote users only up to ADMIN', async () => {
    const agent = await makeUser(workspace);
    await succeed(admin, UpdateUserDocument, { userId: agent.id, role: 'ADMIN' });
    for (const userId of [agent.id, admin.actorId]) {
      await failWith(admin, 'ForbiddenError', UpdateUserDocument, { userId, role: 'OWNER' });
    }
    const input = { name: 'New', email: 'new@example.com', role: 'OWNER' as const };
    await failWith(admin, 'ForbiddenError', CreateUserDocument, input);
  });

  it("because an ADMIN cannot change an OWNER's role, address or activation", async () => {
    const userId = owner.id;
    await failWith(admin, 'ForbiddenError', UpdateUserDocument, { userId, role: 'READ_ONLY' });
    await failWith(admin, 'ForbiddenError', UpdateUserDocument, { userId, email: 'mine@example.com' });
    await failWith(admin, 'ForbiddenError', DeactivateUserDocument, { userId });
    await succeed(workspace, DeactivateUserDocument, { userId });
    await failWith(admin, 'ForbiddenError', ReactivateUserDocument, { userId });
  });

  it.each([
    ['OWNER', ['READ', 'WRITE', 'ADMIN']],
    ['ADMIN', ['READ', 'WRITE']],
    ['AGENT', []],
    ['READ_ONLY', []],
    ['CONTACT', []],
  ] as const)('because a caller of kind %s can create keys with at most the scopes %j', async (kind, expected) => {
    const caller = await signInAs(parley, workspace, kind satisfies TokenKind);
    const made: string[] = [];
    for (const scope of ['READ', 'WRITE', 'ADMIN'] as const) {
      const input = { name: 'A key', scopes: [scope] };
      const createApiKey = await act(caller, CreateApiKeyDocument, input);
      if (createApiKey.__typename === 'CreateApiKeyPayload') made.push(scope);
      else expectType(createApiKey, 'ForbiddenError');
    }
    expect(made).toEqual(expected);
  });

  it('because a key with WRITE cannot administer users', async () => {
    const key = await makeApiKey(parley, workspace, { scopes: ['WRITE'] });
    await failWith(key, 'ForbiddenError', UpdateUserDocument, { userId: owner.id, role: 'AGENT' });
  });
});

it('a ForbiddenError names the role or kind of caller that lacks the permission', async () => {
  const messages: Record<string, unknown> = {};
  for (const kind of ['AGENT', 'READ_ONLY', 'CONTACT'] as const) {
    const caller = await signInAs(parley, workspace, kind);
    const answer = await caller.run(CreateBotDocument, { input: { name: 'Robo' } });
    messages[kind] = expectType(answer.createBot, 'ForbiddenError').message;
  }
  expect(messages).toEqual({
    AGENT: 'The role AGENT does not allow this.',
    READ_ONLY: 'The role READ_ONLY does not allow this.',
    CONTACT: 'A contact may not do this.',
  });
  await failWith(await signInAs(parley, workspace, 'READ_ONLY'), 'ForbiddenError', CreateConversationDocument, {});
});
