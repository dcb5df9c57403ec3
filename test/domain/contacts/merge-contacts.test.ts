import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ContactDocument,
  ContactsDocument,
  ConversationsDocument,
  type ConversationsQueryVariables,
  CreateConversationDocument,
  DeleteContactDocument,
  DeleteConversationDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  MergeContactsDocument,
  type MergeContactsInput,
  NodeDocument,
  SendMessageDocument,
  UpdateContactDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, issuePaths, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId, uuidOf } from '../../support/ids.js';
import { eventsOf, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { expectType } from '../../support/parley.js';
import { makeToken } from '../../support/token.js';
import { snapshot } from '../conversations/support/history.js';

const parley = useParley();
const workspace = useWorkspace(parley);

const contact = async (id: string) => await ask(workspace, ContactDocument, { id });
const nodeId = async (id: string) => (await ask(workspace, NodeDocument, { id }))?.id ?? null;
const merge = async (input: MergeContactsInput) => await succeed(workspace, MergeContactsDocument, input);
const idsBy = async (filter: ConversationsQueryVariables['filter']) => {
  const conversations = await ask(workspace, ConversationsDocument, { filter });
  return conversations.edges.map(({ node }) => node.id);
};

/** Two contacts, and a conversation of the second with a message of hers. */
async function twoContacts() {
  const [survivor, other] = [await makeContact(workspace, 'Ada'), await makeContact(workspace, 'Ada L.')];
  const channel = await makeChannel(workspace);
  const conversation = await makeConversation(workspace, { channelId: channel.id, contactId: other.id });
  const message = { conversationId: conversation.id, text: 'It is me', direction: 'INBOUND' } as const;
  await succeed(workspace, SendMessageDocument, { ...message, clientMessageId: 'first' });
  return { survivor, other, channel, conversation, message };
}

describe('mergeContacts', () => {
  it('moves conversations to the survivor, with a new version and an event', async () => {
    const { survivor, other, conversation } = await twoContacts();
    const before = await readConversation(workspace, conversation.id);
    const { contact: merged, movedConversationCount } = await merge({
      survivorId: survivor.id,
      contactIds: [other.id],
    });
    expect(movedConversationCount).toBe(1);
    expect(merged).toMatchObject({ id: survivor.id, conversations: { nodes: [{ id: conversation.id }] } });
    const after = await readConversation(workspace, conversation.id);
    expect(after).toEqual({
      ...before,
      contact: { id: survivor.id, name: 'Ada', phone: null, email: survivor.email, externalId: null },
      version: before.version + 1,
      updatedAt: after.updatedAt,
    });
    expect((await eventsOf(workspace, conversation.id)).at(-1)).toMatchObject({
      type: 'conversation.updated',
      changes: [{ field: 'contact', from: other.id, to: survivor.id }],
    });
  });

  it('makes the old id an alias of the survivor everywhere', async () => {
    const { survivor, other, conversation, message } = await twoContacts();
    await merge({ survivorId: survivor.id, contactIds: [other.id] });
    expect((await contact(other.id))?.id).toBe(survivor.id);
    expect(await nodeId(other.id)).toBe(survivor.id);
    expect(await idsBy({ contactId: other.id })).toEqual([conversation.id]);
    expect(await idsBy({ participantId: other.id })).toEqual([conversation.id]);
    const made = await succeed(workspace, CreateConversationDocument, { contactId: other.id });
    expect(made.conversation.contact?.id).toBe(survivor.id);
    const joined = await makeConversation(workspace, { participantIds: [other.id] });
    expect(await idsBy({ participantId: survivor.id })).toContain(joined.id);
    expect(
      (await succeed(workspace, SendMessageDocument, { ...message, text: 'Still me', authorId: other.id })).messageEdge
        .node.author.id,
    ).toBe(survivor.id);
    expect(
      (await succeed(workspace, UpdateContactDocument, { contactId: other.id, name: 'Ada Lovelace' })).contact,
    ).toMatchObject({
      id: survivor.id,
      name: 'Ada Lovelace',
    });
  });

  it('makes joining and leaving by the old id apply to the survivor', async () => {
    const { survivor, other } = await twoContacts();
    await merge({ survivorId: survivor.id, contactIds: [other.id] });
    const { id: conversationId } = await makeConversation(workspace);
    await succeed(workspace, JoinConversationDocument, { conversationId, actorId: other.id });
    await succeed(workspace, JoinConversationDocument, { conversationId, actorId: survivor.id });
    const { history } = await snapshot(workspace, conversationId);
    expect(history?.participants).toMatchObject([{ actor: { id: survivor.id }, leftAt: null }]);
    await succeed(workspace, LeaveConversationDocument, { conversationId, actorId: other.id });
    const { history: after } = await snapshot(workspace, conversationId);
    expect(after?.participants.map(({ leftAt }) => leftAt !== null)).toEqual([true]);
  });

  it("names the survivor as author of the others' messages and recognizes repeated ones", async () => {
    const { survivor, other, conversation, message } = await twoContacts();
    await merge({ survivorId: survivor.id, contactIds: [other.id] });
    expect(
      (await succeed(workspace, SendMessageDocument, { ...message, clientMessageId: 'first' })).messageEdge.node,
    ).toMatchObject({ seq: 1, author: { id: survivor.id } });
    const { history } = await snapshot(workspace, conversation.id);
    expect(history?.participants).toMatchObject([{ actor: { id: survivor.id }, lastReadSeq: 1 }]);
    expect((await readConversation(workspace, conversation.id)).messageCount).toBe(1);
  });

  it('keeps one participant with the furthest read position if several contacts were in one conversation', async () => {
    const { survivor, other, conversation, message } = await twoContacts();
    await succeed(workspace, JoinConversationDocument, { conversationId: conversation.id, actorId: survivor.id });
    await succeed(workspace, SendMessageDocument, { ...message, text: 'Two' });
    await merge({ survivorId: survivor.id, contactIds: [other.id] });
    const { history } = await snapshot(workspace, conversation.id);
    expect(history?.participants).toMatchObject([
      { actor: { id: survivor.id }, leftAt: null, lastReadSeq: 2 },
      { actor: { id: survivor.id }, leftAt: expect.any(String), lastReadSeq: 2 },
    ]);
    expect(
      nodesOf(history?.events)
        .slice(-2)
        .map(({ type }) => type),
    ).toEqual(['participant.left', 'conversation.updated']);
  });

  it("moves the contact's events along, including those of a deleted conversation", async () => {
    const { survivor, other } = await twoContacts();
    const deleted = await makeConversation(workspace, { contactId: other.id });
    await succeed(workspace, DeleteConversationDocument, { conversationId: deleted.id });
    const eventsUnder = ({ id }: { id: string }) =>
      parley.database.prisma.event.count({ where: { contactId: uuidOf(id), nodeId: null } });
    const count = await eventsUnder(other);
    expect(count).toBeGreaterThan(4);
    await merge({ survivorId: survivor.id, contactIds: [other.id] });
    expect([await eventsUnder(other), await eventsUnder(survivor)]).toEqual([0, count + 1]);
  });

  it('points contacts merged earlier directly to the next survivor', async () => {
    const [first, second, third] = [
      await makeContact(workspace),
      await makeContact(workspace),
      await makeContact(workspace),
    ];
    const { id } = await makeConversation(workspace, { contactId: first.id });
    await merge({ survivorId: second.id, contactIds: [first.id] });
    await merge({ survivorId: third.id, contactIds: [second.id] });
    expect((await contact(first.id))?.id).toBe(third.id);
    expect((await readConversation(workspace, id)).contact?.id).toBe(third.id);
    await succeed(workspace, DeleteContactDocument, { contactId: first.id, force: true });
    expect([await contact(first.id), await contact(second.id), await contact(third.id)]).toEqual([null, null, null]);
    expect((await readConversation(workspace, id)).contact).toEqual({
      id: third.id,
      name: 'Deleted contact',
      phone: null,
      email: null,
      externalId: null,
    });
  });

  it('changes nothing if the contacts are already merged, in either direction', async () => {
    const { survivor, other, conversation } = await twoContacts();
    await merge({ survivorId: survivor.id, contactIds: [other.id] });
    const before = [await contact(survivor.id), await snapshot(workspace, conversation.id)];
    for (const input of [
      { survivorId: survivor.id, contactIds: [other.id] },
      { survivorId: other.id, contactIds: [survivor.id] },
    ]) {
      const answer = await merge(input);
      expect(answer).toMatchObject({ movedConversationCount: 0, contact: { id: survivor.id } });
    }
    expect([await contact(survivor.id), await snapshot(workspace, conversation.id)]).toEqual(before);
  });

  it('leaves only the survivor in lists', async () => {
    const name = `Zebedee ${randomUUID()}`;
    const [survivor, other] = [await makeContact(workspace, name), await makeContact(workspace, name)];
    await merge({ survivorId: survivor.id, contactIds: [other.id] });
    const contacts = await ask(workspace, ContactsDocument, { search: name });
    expect(nodesOf(contacts).map(({ id }) => id)).toEqual([survivor.id]);
  });
});

describe('mergeContacts of two contacts with active conversations on one exclusive channel', () => {
  async function twoActive() {
    const { survivor, other, channel, conversation } = await twoContacts();
    const newer = await makeConversation(workspace, { channelId: channel.id, contactId: survivor.id });
    await succeed(workspace, SendMessageDocument, { conversationId: newer.id, text: 'Hello', direction: 'INBOUND' });
    return { survivor, other, older: conversation, newer };
  }

  it('is refused and changes nothing', async () => {
    const { survivor, other, older, newer } = await twoActive();
    const look = () => Promise.all([contact(survivor.id), contact(other.id), snapshot(workspace, older.id)]);
    const before = await look();
    await failWith(workspace, 'ConflictError', MergeContactsDocument, {
      survivorId: survivor.id,
      contactIds: [other.id],
    });
    expect(await look()).toEqual(before);
    await succeed(workspace, CloseConversationDocument, { conversationId: newer.id });
    await merge({ survivorId: survivor.id, contactIds: [other.id] });
  });

  it.each(['survivor', 'other'] as const)(
    'closes the older conversation with closeDuplicates, keeping the %s',
    async (who) => {
      const { survivor, other, older, newer } = await twoActive();
      const [stays, goes] = who === 'survivor' ? [survivor, other] : [other, survivor];
      const { contact: merged } = await merge({ survivorId: stays.id, contactIds: [goes.id], closeDuplicates: true });
      expect(merged.conversations.nodes.map(({ id, status }) => [id, status]).sort()).toEqual(
        [
          [older.id, 'CLOSED'],
          [newer.id, 'OPEN'],
        ].sort(),
      );
      const closed = await readConversation(workspace, older.id);
      expect(closed.closure).toMatchObject({ resolution: 'SWITCHED', reason: 'Contacts merged' });
      expect(closed.contact?.id).toBe(stays.id);
      const types = (await eventsOf(workspace, older.id)).map(({ type }) => type);
      expect(types).toContain('conversation.closed');
      expect((await readConversation(workspace, newer.id)).contact?.id).toBe(stays.id);
    },
  );

  it('also closes and moves conversations the agent cannot see, without counting them in the answer', async () => {
    const channel = await makeChannel(workspace);
    const [survivor, other] = [await makeContact(workspace, 'Ada'), await makeContact(workspace, 'Ada L.')];
    const [owner, agent] = [await makeUser(workspace), await makeUser(workspace)];
    const own = { channelId: channel.id, ownerId: owner.id };
    const hidden = [
      await makeConversation(workspace, { ...own, contactId: other.id }),
      await makeConversation(workspace, { ...own, contactId: survivor.id }),
    ];
    const { token } = await makeToken(workspace, { actorId: agent.id });
    const input = { survivorId: survivor.id, contactIds: [other.id], closeDuplicates: true };
    const { mergeContacts: answer } = await workspace.run(MergeContactsDocument, { input }, token);
    expect(expectType(answer, 'MergeContactsPayload').movedConversationCount).toBe(0);
    const after = await Promise.all(hidden.map(({ id }) => readConversation(workspace, id)));
    expect(after.map(({ status }) => status).sort()).toEqual(['CLOSED', 'OPEN']);
    expect(after.map((row) => row.contact?.id)).toEqual([survivor.id, survivor.id]);
  });

  it('is refused if both have a conversation with the same externalId in the same client key', async () => {
    const [bot, channel, externalId] = [randomUUID(), randomUUID(), randomUUID()];
    const [ada, bea] = await Promise.all(
      [randomUUID(), randomUUID()].map(async (user) => {
        const conversation = await makeConversation(workspace, { client: { bot, user, channel }, externalId });
        return { user, conversation, contactId: conversation.contact?.id ?? '' };
      }),
    );
    const input = { survivorId: ada?.contactId ?? '', contactIds: [bea?.contactId ?? ''], closeDuplicates: true };
    await failWith(workspace, 'ConflictError', MergeContactsDocument, input);
    const conversationId = bea?.conversation.id ?? '';
    await succeed(workspace, DeleteConversationDocument, { conversationId });
    expect((await merge(input)).contact.externalId).toBe(ada?.user);
    // Both client keys lead to the survivor now, and to the conversation that is left.
    const again = { client: { bot, user: bea?.user ?? '', channel }, externalId, ifExists: 'RETURN' } as const;
    expect((await makeConversation(workspace, again)).id).toBe(ada?.conversation.id);
  });
});

describe('the input of mergeContacts', () => {
  it('is refused if contactIds names the survivor, nobody, too many or an unknown contact', async () => {
    const { id } = await makeContact(workspace);
    const tooMany = Array.from({ length: 21 }, () => unknownId('Contact'));
    for (const contactIds of [[id], [], tooMany, [unknownId('User')]]) {
      const answer = await act(workspace, MergeContactsDocument, { survivorId: id, contactIds });
      expect(issuePaths(answer)).toEqual([contactIds[0]?.startsWith('user_') ? 'contactIds.0' : 'contactIds']);
    }
  });
});
