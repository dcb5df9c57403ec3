import { describe, expect, it } from 'vitest';
import { useParley } from '../../support/fixtures.js';
import { makeChannel, makeContact, makeConversation } from '../../support/make.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';
import { close, create, read, reopen, snooze, update } from './support/act.js';
import { eventTypes, snapshot } from './support/history.js';

const parley = useParley();
const secondServer = useParley();

async function place(workspace: TestWorkspace, { allowMany = false } = {}) {
  const [channel, contact] = await Promise.all([makeChannel(workspace, { allowMany }), makeContact(workspace)]);
  return { channelId: channel.id, contactId: contact.id };
}

describe('one active conversation of a channel and contact', () => {
  it('is answered instead of a second one, whatever its active status, and stays as it was', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const { id } = await makeConversation(workspace, at);
    const refuse = async () => {
      const before = await snapshot(workspace, id);
      const answer = expectType(await create(workspace, { ...at, subject: 'Another' }), 'ConversationExistsError');
      expect(answer).toMatchObject({ code: 'CONVERSATION_EXISTS', conversation: { id } });
      expect(await snapshot(workspace, id)).toEqual(before);
    };
    await refuse();
    await update(workspace, { conversationId: id, status: 'PENDING' });
    await refuse();
    await snooze(workspace, { conversationId: id, until: '2999-01-01T00:00:00Z' });
    await refuse();
    await close(workspace, { conversationId: id });
    const next = expectType(await create(workspace, at), 'CreateConversationPayload');
    expect(next.created).toBe(true);
    expect(next.conversation.id).not.toBe(id);
  });

  it('is answered with ifExists RETURN, unchanged by anything else in the input', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const { id } = await makeConversation(workspace, { ...at, subject: 'First' });
    const before = await snapshot(workspace, id);
    const input = { ...at, subject: 'Second', tags: ['new'], ifExists: 'RETURN' as const };
    const answer = expectType(await create(workspace, input), 'CreateConversationPayload');
    expect(answer).toMatchObject({ created: false, conversation: { id, subject: 'First', tags: [] } });
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('gets the message with ifExists RETURN, which opens it like any message of the customer', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const { id } = await makeConversation(workspace, at);
    await update(workspace, { conversationId: id, status: 'PENDING' });
    const message = { text: 'Is anybody there?', direction: 'INBOUND' } as const;
    const answer = expectType(
      await create(workspace, { ...at, message, ifExists: 'RETURN' }),
      'CreateConversationPayload',
    );
    expect(answer).toMatchObject({ created: false, conversation: { id, status: 'OPEN', messageCount: 1 } });
    expect((await eventTypes(workspace, id)).slice(-2)).toEqual(['conversation.updated', 'message.added']);
  });

  it('is made with ifExists RETURN where there is none', async () => {
    const workspace = await parley.newWorkspace();
    const input = { ...(await place(workspace)), message: { text: 'Hello' }, ifExists: 'RETURN' } as const;
    const answer = expectType(await create(workspace, input), 'CreateConversationPayload');
    expect(answer).toMatchObject({ created: true, conversation: { messageCount: 1 } });
  });

  it('does not bind a channel that allows many, nor conversations without channel or contact', async () => {
    const workspace = await parley.newWorkspace();
    const many = await place(workspace, { allowMany: true });
    const { channelId, contactId } = await place(workspace);
    for (const input of [many, { channelId }, { contactId }, {}]) {
      const first = await makeConversation(workspace, input);
      const second = await makeConversation(workspace, input);
      expect(second.id).not.toBe(first.id);
      await close(workspace, { conversationId: first.id });
      const reopened = await reopen(workspace, { conversationId: first.id });
      expect(reopened).toMatchObject({ __typename: 'ReopenConversationPayload', conversation: { status: 'OPEN' } });
    }
  });

  it('does not bind another channel or another contact', async () => {
    const workspace = await parley.newWorkspace();
    const [at, other] = [await place(workspace), await place(workspace)];
    await makeConversation(workspace, at);
    for (const input of [
      { ...at, channelId: other.channelId },
      { ...at, contactId: other.contactId },
    ]) {
      expectType(await create(workspace, input), 'CreateConversationPayload');
      expectType(await create(workspace, input), 'ConversationExistsError');
    }
  });

  it.each(['reopenConversation', 'updateConversation'])('is in the way of %s', async (name) => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const closed = await makeConversation(workspace, at);
    await close(workspace, { conversationId: closed.id });
    const active = await makeConversation(workspace, at);
    const before = await snapshot(workspace, closed.id);
    const answer =
      name === 'reopenConversation'
        ? await reopen(workspace, { conversationId: closed.id })
        : await update(workspace, { conversationId: closed.id, status: 'OPEN', subject: 'Again' });
    expect(expectType(answer, 'ConversationExistsError').conversation.id).toBe(active.id);
    expect(await snapshot(workspace, closed.id)).toEqual(before);
  });

  it('is one, of many creates at once on two servers', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        create(clients[index % 2] ?? workspace, { ...at, message: { text: 'Hi' } }),
      ),
    );
    const made = answers.filter((answer) => answer.__typename === 'CreateConversationPayload');
    expect(made).toHaveLength(1);
    const id = made[0]?.conversation.id ?? '';
    const refused = answers.filter((answer) => answer.__typename === 'ConversationExistsError');
    expect(refused).toHaveLength(19);
    expect(refused.every(({ conversation }) => conversation.id === id)).toBe(true);
    expect((await read(workspace, id)).messageCount).toBe(1);
  });

  it('takes the message of each of many creates at once with ifExists RETURN', async () => {
    const workspace = await parley.newWorkspace();
    const input = { ...(await place(workspace)), ifExists: 'RETURN' } as const;
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        create(clients[index % 2] ?? workspace, { ...input, message: { text: `${index}` } }),
      ),
    );
    const payloads = answers.map((answer) => expectType(answer, 'CreateConversationPayload'));
    const [id, ...otherIds] = new Set(payloads.map(({ conversation }) => conversation.id));
    expect(otherIds).toEqual([]);
    expect(payloads.filter(({ created }) => created)).toHaveLength(1);
    expect((await read(workspace, id ?? '')).messageCount).toBe(12);
  });

  it('is one, of several closed ones reopened at once', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const { id } = await makeConversation(workspace, at);
      await close(workspace, { conversationId: id });
      ids.push(id);
    }
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      ids.map((conversationId, index) => reopen(clients[index % 2] ?? workspace, { conversationId })),
    );
    const opened = answers.filter((answer) => answer.__typename === 'ReopenConversationPayload');
    expect(opened).toHaveLength(1);
    const refused = answers.filter((answer) => answer.__typename === 'ConversationExistsError');
    expect(refused.map(({ conversation }) => conversation.id)).toEqual(Array(5).fill(opened[0]?.conversation.id));
  });
});
