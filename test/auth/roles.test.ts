import { beforeEach, describe, expect, it } from 'vitest';
import { assign, close as closeIt, create, join, leave } from '../domain/conversations/support/act.js';
import { close, markRead, read, say, send } from '../domain/messages/support/act.js';
import { erase, remove } from '../domain/messages/support/change.js';
import * as operations from '../generated/operations.js';
import { makeApiKey } from '../support/api-key.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeChannel, makeContact, makeConversation, makeUser } from '../support/make.js';
import { expectType, type TestWorkspace } from '../support/parley.js';
import { signInAs, type TokenKind } from '../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

/** Whether a caller finds a conversation, which must be the same whichever way it looks. */
async function sees({ run }: TestWorkspace, id: string): Promise<boolean> {
  const { conversation } = await run(operations.ConversationDocument, { id });
  const { node } = await run(operations.NodeDocument, { id });
  const { conversations } = await run(operations.ConversationsDocument, { first: 100 });
  const { events } = await run(operations.EventsDocument, { first: 100 });
  const answers = [
    conversation !== null,
    node !== null,
    conversations.edges.some((edge) => edge.node.id === id),
    events.nodes.some((event) => event.conversationId === id),
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
  ] as const)('is seen by a user %s who has no part in it: %s', async (role, expected) => {
    const ownerId = (await makeUser(workspace)).id;
    const caller = await signInAs(parley, workspace, role);
    expect(await sees(caller, (await makeConversation(workspace, { ownerId })).id)).toBe(expected);
    expect(await sees(caller, (await makeConversation(workspace)).id)).toBe(true);
  });

  it.each(['AGENT', 'READ_ONLY'] as const)(
    'is seen by an %s whose own it is, and by one as long as it is in it',
    async (role) => {
      const [owner, guest] = [await signInAs(parley, workspace, role), await signInAs(parley, workspace, role)];
      const { id } = await makeConversation(workspace, { ownerId: owner.actorId });
      expect([await sees(owner, id), await sees(guest, id)]).toEqual([true, false]);
      await join(workspace, { conversationId: id, actorId: guest.actorId });
      expect(await sees(guest, id)).toBe(true);
      await leave(workspace, { conversationId: id, actorId: guest.actorId });
      expect(await sees(guest, id)).toBe(false);
      await leave(workspace, { conversationId: id, actorId: owner.actorId });
      expect(await sees(owner, id)).toBe(true);
    },
  );

  it('tells its owner of its end, and nobody else who may not see it', async () => {
    const [owner, agent] = [await signInAs(parley, workspace, 'AGENT'), await signInAs(parley, workspace, 'AGENT')];
    const { id } = await makeConversation(workspace, { ownerId: owner.actorId });
    await workspace.run(operations.DeleteConversationDocument, { input: { conversationId: id } });
    const typesFor = async ({ run }: TestWorkspace) =>
      (await run(operations.EventsDocument, { first: 100 })).events.nodes.map(({ type }) => type);
    expect((await typesFor(owner)).at(-1)).toBe('conversation.deleted');
    expect(await typesFor(agent)).toEqual([]);
  });

  it('counts as unread for its owner what the assistant wrote, also in a filter', async () => {
    const owner = await signInAs(parley, workspace, 'AGENT');
    const { id } = await makeConversation(workspace, { ownerId: owner.actorId });
    await say(owner, id, { text: 'Question' });
    const unread = async () =>
      (await owner.run(operations.ConversationsDocument, { filter: { unread: true } })).conversations.totalCount;
    expect([(await read(owner, id)).unreadCount, await unread()]).toEqual([0, 0]);
    await say(workspace, id, { text: 'Answer' });
    expect([(await read(owner, id)).unreadCount, await unread()]).toEqual([1, 1]);
  });

  it('takes no message of an owner of another one, where both are of one contact and channel', async () => {
    const [mine, theirs] = [await signInAs(parley, workspace, 'AGENT'), await signInAs(parley, workspace, 'AGENT')];
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const closed = await makeConversation(workspace, { channelId, contactId, ownerId: mine.actorId });
    await close(workspace, closed.id);
    const hidden = await makeConversation(workspace, { channelId, contactId, ownerId: theirs.actorId });
    const answer = await send(mine, { conversationId: closed.id, text: 'Let me in' });
    expectType(answer, 'ConflictError');
    expect(JSON.stringify(answer)).not.toContain(hidden.id);
    expect((await read(workspace, hidden.id)).messageCount).toBe(0);
  });
});

describe('users act as themselves', () => {
  it.each(['OWNER', 'ADMIN', 'AGENT'] as const)('%s', async (role) => {
    const caller = await signInAs(parley, workspace, role);
    const [other, contact] = [await makeUser(workspace), await makeContact(workspace)];
    const { id } = await makeConversation(workspace, { contactId: contact.id });
    const message = await say(caller, id, { text: 'Hello' });
    expect(message).toMatchObject({ direction: 'OUTBOUND', author: { id: caller.actorId } });
    for (const authorId of [other.id, contact.id]) {
      expectType(await send(caller, { conversationId: id, text: 'x', authorId }), 'ForbiddenError');
    }
    expectType(await send(caller, { conversationId: id, text: 'x', direction: 'INBOUND' }), 'ValidationError');
    for (const act of [join, leave]) {
      expectType(await act(caller, { conversationId: id, actorId: other.id }), 'ForbiddenError');
    }
    const typing = await caller.run(operations.SetTypingDocument, { input: { conversationId: id, actorId: other.id } });
    expectType(typing.setTyping, 'ForbiddenError');
    await assign(caller, { conversationId: id, assigneeId: other.id });
    expect((await read(workspace, id)).assignment?.by.id).toBe(caller.actorId);
    await closeIt(caller, { conversationId: id });
    expect((await read(workspace, id)).closure?.by.id).toBe(caller.actorId);
  });

  it("and only OWNER and ADMIN clear away others' messages", async () => {
    const { id } = await makeConversation(workspace);
    const { id: messageId } = await say(workspace, id, { text: 'Unkind' });
    expectType(await remove(await signInAs(parley, workspace, 'AGENT'), messageId), 'ForbiddenError');
    expect((await erase(await signInAs(parley, workspace, 'ADMIN'), messageId)).text).toBeNull();
  });
});

it('a READ_ONLY moves its own read position and not that of the team, which an AGENT moves', async () => {
  const contactId = (await makeContact(workspace)).id;
  const { id } = await makeConversation(workspace, { contactId });
  await say(workspace, id, { text: 'Help', direction: 'INBOUND' });
  const reader = await signInAs(parley, workspace, 'READ_ONLY');
  const agent = await signInAs(parley, workspace, 'AGENT');
  const unread = async () =>
    Promise.all([reader, agent, workspace].map(async (client) => (await read(client, id)).unreadCount));
  expect(await unread()).toEqual([1, 1, 1]);
  await markRead(reader, id);
  expect(await unread()).toEqual([0, 1, 1]);
  await markRead(agent, id);
  expect(await unread()).toEqual([0, 0, 0]);
});

describe('nobody rises above themselves', () => {
  const setRole = async ({ run }: TestWorkspace, userId: string, role: operations.UserRole) =>
    (await run(operations.UpdateUserDocument, { input: { userId, role } })).updateUser;
  let admin: TestWorkspace & { actorId: string };
  let owner: { id: string };
  beforeEach(async () => {
    admin = await signInAs(parley, workspace, 'ADMIN');
    owner = await makeUser(workspace, 'Olga', { role: 'OWNER' });
  });

  it('an ADMIN makes and promotes users up to ADMIN', async () => {
    const agent = await makeUser(workspace);
    expectType(await setRole(admin, agent.id, 'ADMIN'), 'UpdateUserPayload');
    for (const userId of [agent.id, admin.actorId]) {
      expectType(await setRole(admin, userId, 'OWNER'), 'ForbiddenError');
    }
    const input = { name: 'New', email: 'new@example.com', role: 'OWNER' as const };
    const { createUser } = await admin.run(operations.CreateUserDocument, { input });
    expectType(createUser, 'ForbiddenError');
  });

  it('an ADMIN does not touch an OWNER: neither role, address nor whether they may sign in', async () => {
    const { run } = admin;
    const input = { userId: owner.id };
    expectType(await setRole(admin, owner.id, 'READ_ONLY'), 'ForbiddenError');
    const renamed = await run(operations.UpdateUserDocument, { input: { ...input, email: 'mine@example.com' } });
    expectType(renamed.updateUser, 'ForbiddenError');
    expectType((await run(operations.DeactivateUserDocument, { input })).deactivateUser, 'ForbiddenError');
    await workspace.run(operations.DeactivateUserDocument, { input });
    expectType((await run(operations.ReactivateUserDocument, { input })).reactivateUser, 'ForbiddenError');
  });

  it.each([
    ['OWNER', ['READ', 'WRITE', 'ADMIN']],
    ['ADMIN', ['READ', 'WRITE']],
    ['AGENT', []],
    ['READ_ONLY', []],
    ['CONTACT', []],
  ] as const)('a %s makes keys with the scopes %j at most', async (kind, expected) => {
    const caller = await signInAs(parley, workspace, kind satisfies TokenKind);
    const made: string[] = [];
    for (const scope of ['READ', 'WRITE', 'ADMIN'] as const) {
      const input = { name: 'A key', scopes: [scope] };
      const { createApiKey } = await caller.run(operations.CreateApiKeyDocument, { input });
      if (createApiKey.__typename === 'CreateApiKeyPayload') made.push(scope);
      else expectType(createApiKey, 'ForbiddenError');
    }
    expect(made).toEqual(expected);
  });

  it('a key with WRITE administers nobody', async () => {
    const key = await makeApiKey(parley, workspace, { scopes: ['WRITE'] });
    expectType(await setRole(key, owner.id, 'AGENT'), 'ForbiddenError');
  });
});

it('what a caller lacks is said in words of its own', async () => {
  const messages: Record<string, unknown> = {};
  for (const kind of ['AGENT', 'READ_ONLY', 'CONTACT'] as const) {
    const caller = await signInAs(parley, workspace, kind);
    const answer = await caller.run(operations.CreateBotDocument, { input: { name: 'Robo' } });
    messages[kind] = expectType(answer.createBot, 'ForbiddenError').errorMessage;
  }
  expect(messages).toEqual({
    AGENT: 'The role AGENT does not allow this.',
    READ_ONLY: 'The role READ_ONLY does not allow this.',
    CONTACT: 'A contact may not do this.',
  });
  expectType(await create(await signInAs(parley, workspace, 'READ_ONLY')), 'ForbiddenError');
});
