import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as operations from '../generated/operations.js';
import { eventsOf, makeChannel, makeContact, makeConversation } from '../support/make.js';
import { expectType, startParley, type TestServer } from '../support/parley.js';

let parley: TestServer;
beforeAll(async () => {
  parley = await startParley();
});
afterAll(() => parley.stop());

describe('createConversation', () => {
  it('creates an open conversation with its first message and logs each fact', async () => {
    const workspace = await parley.newWorkspace();
    const conversation = await makeConversation(workspace, {
      subject: '  An order  ',
      contact: { phone: '+49 30 123456', name: 'Ada' },
      tags: [' new ', 'new', 'vip'],
      message: { text: 'Hello', direction: 'INBOUND' },
    });
    expect(conversation).toMatchObject({
      subject: 'An order',
      status: 'OPEN',
      priority: 'NORMAL',
      tags: ['new', 'vip'],
      messageCount: 1,
      unreadCount: 1,
      version: 1,
      contact: { name: 'Ada' },
    });
    const events = await eventsOf(workspace, conversation.id);
    expect(events.map(({ type }) => type)).toEqual(['conversation.created', 'participant.joined', 'message.added']);
  });

  it('answers the active conversation of the channel and contact instead of a second one', async () => {
    const workspace = await parley.newWorkspace();
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const first = await makeConversation(workspace, { channelId, contactId });
    const { createConversation } = await workspace.run(operations.CreateConversationDocument, {
      input: { channelId, contactId },
    });
    expect(expectType(createConversation, 'ConversationExistsError').conversation.id).toBe(first.id);
  });

  it('lets one of two identical creates at once win and the other answer the winner', async () => {
    const workspace = await parley.newWorkspace();
    const channelId = (await makeChannel(workspace)).id;
    const contactId = (await makeContact(workspace)).id;
    const answers = await Promise.all(
      Array.from({ length: 2 }, () =>
        workspace.run(operations.CreateConversationDocument, { input: { channelId, contactId } }),
      ),
    );
    const names = answers.map(({ createConversation }) => createConversation.__typename).sort();
    expect(names).toEqual(['ConversationExistsError', 'CreateConversationPayload']);
  });
});
