import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  ContactDocument,
  ContactsDocument,
  ConversationDocument,
  ConversationsDocument,
  CreateContactDocument,
  CreateConversationDocument,
  DeleteContactDocument,
  JoinConversationDocument,
  NodeDocument,
  SendMessageDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeBot, makeChannel, makeConversation, makeUser } from '../../support/make.js';
import { expectType } from '../../support/parley.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const node = (id: string) => ask(workspace, NodeDocument, { id });
const conversation = (id: string) => ask(workspace, ConversationDocument, { id });

/** A contact with everything filled in. */
async function makeFull() {
  const { contact } = await succeed(workspace, CreateContactDocument, {
    name: 'Carla',
    phone: '+4930123456',
    email: 'carla@example.com',
    avatarUrl: 'https://example.com/carla.png',
    externalId: 'crm-1',
    tags: ['vip'],
    metadata: { plan: 'gold' },
  });
  return contact;
}

/** A contact with an open conversation, in which it wrote, and a closed one. */
async function makeWithConversations() {
  const contact = await makeFull();
  const channelId = (await makeChannel(workspace)).id;
  const begin = () => makeConversation(workspace, { channelId, contactId: contact.id });
  const closed = await begin();
  await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
  const open = await begin();
  const input = { conversationId: open.id, text: 'Hello', authorId: contact.id };
  await succeed(workspace, SendMessageDocument, input);
  return { contact, open, closed };
}

describe('deleteContact', () => {
  it('deletes a contact without conversations from every query', async () => {
    const contact = await makeFull();
    expect(await succeed(workspace, DeleteContactDocument, { contactId: contact.id })).toMatchObject({
      deletedContactId: contact.id,
    });
    expect(await ask(workspace, ContactDocument, { id: contact.id })).toBeNull();
    expect(await node(contact.id)).toBeNull();
    const contacts = await ask(workspace, ContactsDocument, {});
    expect(contacts).toMatchObject({ totalCount: 0, edges: [] });
    expect(
      (await failWith(workspace, 'NotFoundError', DeleteContactDocument, { contactId: contact.id, force: true })).id,
    ).toBe(contact.id);
  });

  it('frees the phone number, email address and externalId for a new contact', async () => {
    const first = await makeFull();
    await succeed(workspace, DeleteContactDocument, { contactId: first.id });
    const second = await makeFull();
    expect(second.id).not.toBe(first.id);
    expect(second).toMatchObject({ phone: '+4930123456', email: 'carla@example.com', externalId: 'crm-1' });
  });

  it('refuses a contact with conversations, even closed ones, and changes nothing', async () => {
    const { contact, open } = await makeWithConversations();
    await failWith(workspace, 'ConflictError', DeleteContactDocument, { contactId: contact.id });
    expect(await ask(workspace, ContactDocument, { id: contact.id })).toMatchObject({
      name: 'Carla',
      conversations: { totalCount: 2 },
    });
    expect(await conversation(open.id)).toMatchObject({ status: 'OPEN' });
    await succeed(workspace, CloseConversationDocument, { conversationId: open.id });
    await failWith(workspace, 'ConflictError', DeleteContactDocument, { contactId: contact.id, force: false });
  });

  it('also closes conversations that the calling bot cannot see', async () => {
    const bot = await makeBot(workspace);
    const contact = await makeFull();
    const hidden = await makeConversation(workspace, {
      contactId: contact.id,
      ownerId: (await makeUser(workspace)).id,
    });
    const { deleteContact } = await workspace.run(
      DeleteContactDocument,
      { input: { contactId: contact.id, force: true } },
      bot.apiKey,
    );
    expectType(deleteContact, 'DeleteContactPayload');
    expect((await conversation(hidden.id))?.status).toBe('CLOSED');
  });

  it('closes the active conversations with force, and keeps all conversations', async () => {
    const { contact, open, closed } = await makeWithConversations();
    const before = await conversation(closed.id);
    await succeed(workspace, DeleteContactDocument, { contactId: contact.id, force: true });
    const deleted = { id: contact.id, name: 'Deleted contact', phone: null, email: null, externalId: null };
    expect(await conversation(open.id)).toMatchObject({
      status: 'CLOSED',
      closure: { reason: 'Contact deleted' },
      contact: deleted,
    });
    expect((await eventsOf(workspace, open.id)).at(-1)?.type).toBe('conversation.closed');
    expect(await conversation(closed.id)).toEqual({ ...before, contact: deleted });
  });

  it('keeps the contact as author and participant, without its details', async () => {
    const { contact, open } = await makeWithConversations();
    await succeed(workspace, DeleteContactDocument, { contactId: contact.id, force: true });
    const { body } = await workspace.post(
      `query ($id: ID!) { conversation(id: $id) {
        contact { name phone email avatarUrl externalId tags metadata }
        messages { nodes { text author { __typename id name } } }
        participants(includeLeft: true) { name }
      } }`,
      { id: open.id },
    );
    const nothing = { phone: null, email: null, avatarUrl: null, externalId: null, tags: [], metadata: {} };
    expect(body.data).toEqual({
      conversation: {
        contact: { name: 'Deleted contact', ...nothing },
        messages: {
          nodes: [{ text: 'Hello', author: { __typename: 'Contact', id: contact.id, name: 'Deleted contact' } }],
        },
        participants: [{ name: 'Deleted contact' }],
      },
    });
    const added = (await eventsOf(workspace, open.id)).find(({ type }) => type === 'message.added');
    expect(added?.actor).toMatchObject({ id: contact.id, name: 'Deleted contact' });
    expect(await ask(workspace, ContactDocument, { id: contact.id })).toBeNull();
  });

  it('keeps a deleted contact from writing, joining or starting a conversation', async () => {
    const { contact, open } = await makeWithConversations();
    await succeed(workspace, DeleteContactDocument, { contactId: contact.id, force: true });
    const elsewhere = await makeConversation(workspace);
    const answers = [
      await act(workspace, SendMessageDocument, { conversationId: open.id, text: 'Hello', direction: 'INBOUND' }),
      await act(workspace, JoinConversationDocument, { conversationId: elsewhere.id, actorId: contact.id }),
      await act(workspace, CreateConversationDocument, { contactId: contact.id }),
    ];
    for (const answer of answers) expectType(answer, 'NotFoundError');
  });

  it('succeeds for one of 10 concurrent requests', async () => {
    const { contact, open } = await makeWithConversations();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => act(workspace, DeleteContactDocument, { contactId: contact.id, force: true })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'DeleteContactPayload')).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'NotFoundError')).toHaveLength(9);
    const closures = (await eventsOf(workspace, open.id)).filter(({ type }) => type === 'conversation.closed');
    expect(closures).toHaveLength(1);
  });

  it.each([
    ['contactId', (id: string) => ({ contactId: id })],
    ['contact', () => ({ contact: { email: 'carla@example.com' } })],
    ['client', () => ({ client: { bot: 'bot', user: 'crm-1', channel: 'web' } })],
  ])('leaves the contact no active conversation created concurrently with its %s', async (_name, by) => {
    const { id: contactId } = await makeFull();
    const input = by(contactId);
    await Promise.all([
      act(workspace, CreateConversationDocument, input),
      act(workspace, DeleteContactDocument, { contactId, force: true }),
      ...Array.from({ length: 8 }, () => act(workspace, CreateConversationDocument, input)),
    ]);
    const conversations = await ask(workspace, ConversationsDocument, { filter: { contactId } });
    for (const { node: left } of conversations.edges) expect(left.status).toBe('CLOSED');
  });

  it('returns the same error for a nonexistent contact and one of another workspace', async () => {
    const foreign = (await succeed(await parley.newWorkspace(), CreateContactDocument, { name: 'Foreign' })).contact;
    const attempt = async (contactId: string) => {
      const { id, ...rest } = await failWith(workspace, 'NotFoundError', DeleteContactDocument, { contactId });
      expect(id).toBe(contactId);
      return rest;
    };
    expect(await attempt(foreign.id)).toEqual(await attempt(unknownId('Contact')));
    expect(
      (
        await failWith(workspace, 'ValidationError', DeleteContactDocument, {
          contactId: (await makeUser(workspace)).id,
        })
      ).issues,
    ).toMatchObject([{ path: ['contactId'] }]);
  });
});
