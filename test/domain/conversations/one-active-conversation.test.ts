import { describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  CreateConversationDocument,
  ReopenConversationDocument,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, failWith, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley } from '../../support/fixtures.js';
import { makeChannel, makeContact, makeConversation } from '../../support/make.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';
import { eventTypes, snapshot } from './support/history.js';

const parley = useParley();
const secondServer = useParley({});

async function place(workspace: TestWorkspace, { allowMany = false } = {}) {
  const [channel, contact] = await Promise.all([makeChannel(workspace, { allowMany }), makeContact(workspace)]);
  return { channelId: channel.id, contactId: contact.id };
}

describe('the one active conversation of a channel and contact', () => {
  it('is returned in the refusal of a second one, in any active status, and stays unchanged', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const { id } = await makeConversation(workspace, at);
    const refuse = async () => {
      const before = await snapshot(workspace, id);
      const answer = await failWith(workspace, 'ConversationExistsError', CreateConversationDocument, {
        ...at,
        subject: 'Another',
      });
      expect(answer).toMatchObject({ code: 'CONVERSATION_EXISTS', conversation: { id } });
      expect(await snapshot(workspace, id)).toEqual(before);
    };
    await refuse();
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, status: 'PENDING' });
    await refuse();
    await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until: '2999-01-01T00:00:00Z' });
    await refuse();
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const next = await succeed(workspace, CreateConversationDocument, at);
    expect(next.created).toBe(true);
    expect(next.conversation.id).not.toBe(id);
  });

  it('is returned with ifExists RETURN, unchanged by the rest of the input', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const { id } = await makeConversation(workspace, { ...at, subject: 'First' });
    const before = await snapshot(workspace, id);
    const input = { ...at, subject: 'Second', tags: ['new'], ifExists: 'RETURN' as const };
    const answer = await succeed(workspace, CreateConversationDocument, input);
    expect(answer).toMatchObject({ created: false, conversation: { id, subject: 'First', tags: [] } });
    expect(await snapshot(workspace, id)).toEqual(before);
  });

  it('gets the message with ifExists RETURN, which opens it like any customer message', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const { id } = await makeConversation(workspace, at);
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, status: 'PENDING' });
    const message = { text: 'Is anybody there?', direction: 'INBOUND' } as const;
    const answer = await succeed(workspace, CreateConversationDocument, { ...at, message, ifExists: 'RETURN' });
    expect(answer).toMatchObject({ created: false, conversation: { id, status: 'OPEN', messageCount: 1 } });
    expect((await eventTypes(workspace, id)).slice(-2)).toEqual(['conversation.updated', 'message.added']);
  });

  it('is created with ifExists RETURN if there is none', async () => {
    const workspace = await parley.newWorkspace();
    const input = { ...(await place(workspace)), message: { text: 'Hello' }, ifExists: 'RETURN' } as const;
    const answer = await succeed(workspace, CreateConversationDocument, input);
    expect(answer).toMatchObject({ created: true, conversation: { messageCount: 1 } });
  });

  it('is not required on a channel that allows many, or without a channel or contact', async () => {
    const workspace = await parley.newWorkspace();
    const many = await place(workspace, { allowMany: true });
    const { channelId, contactId } = await place(workspace);
    for (const input of [many, { channelId }, { contactId }, {}]) {
      const first = await makeConversation(workspace, input);
      const second = await makeConversation(workspace, input);
      expect(second.id).not.toBe(first.id);
      await succeed(workspace, CloseConversationDocument, { conversationId: first.id });
      const reopened = await act(workspace, ReopenConversationDocument, { conversationId: first.id });
      expect(reopened).toMatchObject({ __typename: 'ReopenConversationPayload', conversation: { status: 'OPEN' } });
    }
  });

  it('does not restrict another channel or another contact', async () => {
    const workspace = await parley.newWorkspace();
    const [at, other] = [await place(workspace), await place(workspace)];
    await makeConversation(workspace, at);
    for (const input of [
      { ...at, channelId: other.channelId },
      { ...at, contactId: other.contactId },
    ]) {
      await succeed(workspace, CreateConversationDocument, input);
      await failWith(workspace, 'ConversationExistsError', CreateConversationDocument, input);
    }
  });

  it.each(['reopenConversation', 'updateConversation'])('prevents %s', async (name) => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const closed = await makeConversation(workspace, at);
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    const active = await makeConversation(workspace, at);
    const before = await snapshot(workspace, closed.id);
    const answer =
      name === 'reopenConversation'
        ? await act(workspace, ReopenConversationDocument, { conversationId: closed.id })
        : await act(workspace, UpdateConversationDocument, {
            conversationId: closed.id,
            status: 'OPEN',
            subject: 'Again',
          });
    expect(expectType(answer, 'ConversationExistsError').conversation.id).toBe(active.id);
    expect(await snapshot(workspace, closed.id)).toEqual(before);
  });

  it('is created once for many concurrent requests on two servers', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        act(clients[index % 2] ?? workspace, CreateConversationDocument, { ...at, message: { text: 'Hi' } }),
      ),
    );
    const made = answers.filter((answer) => answer.__typename === 'CreateConversationPayload');
    expect(made).toHaveLength(1);
    const id = made[0]?.conversation.id ?? '';
    const refused = answers.filter((answer) => answer.__typename === 'ConversationExistsError');
    expect(refused).toHaveLength(19);
    expect(refused.every(({ conversation }) => conversation.id === id)).toBe(true);
    expect((await readConversation(workspace, id)).messageCount).toBe(1);
  });

  it('gets the message of each of many concurrent requests with ifExists RETURN', async () => {
    const workspace = await parley.newWorkspace();
    const input = { ...(await place(workspace)), ifExists: 'RETURN' } as const;
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        act(clients[index % 2] ?? workspace, CreateConversationDocument, { ...input, message: { text: `${index}` } }),
      ),
    );
    const payloads = answers.map((answer) => expectType(answer, 'CreateConversationPayload'));
    const [id, ...otherIds] = new Set(payloads.map(({ conversation }) => conversation.id));
    expect(otherIds).toEqual([]);
    expect(payloads.filter(({ created }) => created)).toHaveLength(1);
    expect((await readConversation(workspace, id ?? '')).messageCount).toBe(12);
  });

  it('is the only one of several closed ones reopened concurrently', async () => {
    const workspace = await parley.newWorkspace();
    const at = await place(workspace);
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const { id } = await makeConversation(workspace, at);
      await succeed(workspace, CloseConversationDocument, { conversationId: id });
      ids.push(id);
    }
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      ids.map((conversationId, index) =>
        act(clients[index % 2] ?? workspace, ReopenConversationDocument, { conversationId }),
      ),
    );
    const opened = answers.filter((answer) => answer.__typename === 'ReopenConversationPayload');
    expect(opened).toHaveLength(1);
    const refused = answers.filter((answer) => answer.__typename === 'ConversationExistsError');
    expect(refused.map(({ conversation }) => conversation.id)).toEqual(Array(5).fill(opened[0]?.conversation.id));
  });
});
