import {
  AssignConversationDocument,
  CloseConversationDocument,
  LinkProspectDocument,
  ReopenConversationDocument,
  TransferConversationDocument,
  UpdateBotDocument,
  UpdateContactDocument,
  UpdateConversationDocument,
  UpdateMessageStatusDocument,
  UpdateWorkspaceDocument,
} from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { say } from '../../support/conversations.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeProspect, makeUser } from '../../support/make.js';
import type { TestServer, TestWorkspace } from '../../support/parley.js';

/** The ids of a contact and of its conversation's parts. */
export type Own = Record<'contact' | 'conversation' | 'channel' | 'user' | 'bot' | 'participant' | 'message', string>;

/** A conversation of a contact with everything in it that the contact must not see; such values contain "hidden". */
export async function makeOwn(
  parley: Pick<TestServer, 'connect' | 'database'>,
  workspace: TestWorkspace,
): Promise<Own> {
  const key = await makeApiKey(parley, workspace, { name: 'hidden key' });
  const user = await makeUser(workspace, 'Ulla', { email: `hidden-${workspace.id}@example.com`, role: 'OWNER' });
  const bot = await makeBot(workspace);
  await succeed(workspace, UpdateBotDocument, { botId: bot.id, externalId: 'hidden bot' });
  await succeed(workspace, UpdateWorkspaceDocument, { settings: { key: 'hidden settings' } });
  const channel = await makeChannel(workspace, { name: 'Website', externalId: 'hidden channel' });
  const contact = await makeContact(workspace, 'Cora');
  await succeed(workspace, UpdateContactDocument, {
    contactId: contact.id,
    tags: ['hidden tag of hers'],
    metadata: { key: 'hidden metadata of hers' },
  });
  const other = await makeContact(workspace, 'Otto');
  await succeed(workspace, UpdateContactDocument, {
    contactId: other.id,
    email: `hidden.other.${workspace.id}@example.com`,
    phone: '+4930999999',
    externalId: 'hidden other',
  });
  const { id } = await makeConversation(workspace, {
    channelId: channel.id,
    contactId: contact.id,
    participantIds: [other.id],
    botId: bot.id,
    subject: 'Shown subject',
    tags: ['hidden tag'],
    metadata: { key: 'hidden metadata' },
    flowId: 'hidden flow',
    stepId: 'hidden step',
  });
  const conversationId = id;
  await succeed(workspace, UpdateConversationDocument, { conversationId, tags: ['hidden tag', 'hidden too'] });
  await succeed(workspace, AssignConversationDocument, { conversationId, assigneeId: user.id, note: 'hidden note' });
  await succeed(workspace, TransferConversationDocument, {
    conversationId,
    toAssigneeId: bot.id,
    reason: 'hidden reason',
    summary: 'hidden summary',
    notifyContact: true,
  });
  await succeed(workspace, AssignConversationDocument, { conversationId, assigneeId: user.id, note: 'hidden note' });
  const prospect = await makeProspect(workspace, { name: 'hidden prospect' });
  await succeed(workspace, LinkProspectDocument, { conversationId, prospectId: prospect.id });
  const message = await say(key, conversationId, {
    text: 'Shown text',
    externalId: 'hidden id',
    metadata: { key: 'hidden data' },
  });
  await succeed(workspace, UpdateMessageStatusDocument, {
    messageId: message.id,
    status: 'FAILED',
    errorMessage: 'hidden failure',
  });
  await succeed(workspace, CloseConversationDocument, {
    conversationId,
    reason: 'hidden reason',
    notes: 'hidden notes',
    resolution: 'RESOLVED',
  });
  await succeed(workspace, ReopenConversationDocument, { conversationId });
  await succeed(workspace, CloseConversationDocument, {
    conversationId,
    reason: 'hidden reason',
    notes: 'hidden notes',
    resolution: 'RESOLVED',
  });
  const { participants } = Object(
    (await workspace.post(`{ conversation(id: "${id}") { participants { id } } }`)).body.data,
  ).conversation;
  const ids = { contact: contact.id, conversation: id, channel: channel.id, user: user.id, bot: bot.id };
  return { ...ids, participant: participants[0].id, message: message.id };
}

/** What belongs to others: another contact's conversation, a user's own, and everything around them. */
export async function makeHidden(workspace: TestWorkspace): Promise<string[]> {
  const contact = await makeContact(workspace, 'hidden contact');
  const channel = await makeChannel(workspace, { name: 'hidden channel of another' });
  const [user, bot] = [await makeUser(workspace, 'hidden user'), await makeBot(workspace, 'hidden bot of another')];
  const theirs = await makeConversation(workspace, {
    contactId: contact.id,
    channelId: channel.id,
    botId: bot.id,
    assigneeId: user.id,
    subject: 'hidden subject',
    externalId: `hidden external ${contact.id}`,
    message: { text: 'hidden text' },
  });
  const owned = await makeConversation(workspace, { ownerId: user.id, subject: 'hidden talk' });
  const prospect = await makeProspect(workspace, { name: 'hidden prospect of another' });
  const { conversation } = Object(
    (await workspace.post(`{ conversation(id: "${theirs.id}") { lastMessage { id } participants { id } } }`)).body.data,
  );
  const parts: string[] = conversation.participants.map(({ id }: { id: string }) => id);
  const rows = [contact.id, channel.id, user.id, bot.id, theirs.id, owned.id, prospect.id, conversation.lastMessage.id];
  return [...rows, ...parts];
}
