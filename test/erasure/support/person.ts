import { upload } from '../../domain/uploads/support/upload.js';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  CreateContactDocument,
  EditMessageDocument,
  LinkProspectDocument,
  MergeContactsDocument,
  SendMessageDocument,
  type SendMessageInput,
  TransferConversationDocument,
  UpdateConversationDocument,
  UpdateMessageStatusDocument,
} from '../../generated/operations.js';
import { act, succeed } from '../../support/act.js';
import { uuidOf } from '../../support/ids.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeProspect, makeUser } from '../../support/make.js';
import type { TestServer, TestWorkspace } from '../../support/parley.js';
import type { ScratchDatabase } from '../../support/scratch-database.js';
import { signIn } from '../../support/token.js';

/** In every text that was written about the person, and in every number. */
export const MARK = /qmarkq|30901820|30901821/;

/** All that can be written about a person: in their conversation, in one of somebody else, and on prospects. */
export async function writeEverything(
  parley: Pick<TestServer, 'connect'>,
  workspace: TestWorkspace,
  database: Pick<ScratchDatabase, 'rows'>,
) {
  const [user, bot, channel] = [await makeUser(workspace), await makeBot(workspace), await makeChannel(workspace)];
  const contact = (
    await succeed(workspace, CreateContactDocument, {
      name: 'qmarkq Ada',
      phone: '+4930901820',
      email: 'qmarkq@example.com',
      externalId: 'qmarkq-external',
      avatarUrl: 'https://example.com/qmarkq.png',
      tags: ['qmarkq tag'],
      metadata: { note: 'qmarkq metadata' },
    })
  ).contact;
  const predecessor = await succeed(workspace, CreateContactDocument, {
    name: 'qmarkq Before',
    phone: '+4930901821',
    email: 'qmarkq-before@example.com',
    externalId: 'qmarkq-before',
  });
  await succeed(workspace, MergeContactsDocument, { survivorId: contact.id, contactIds: [predecessor.contact.id] });
  const conversation = await makeConversation(workspace, {
    contactId: contact.id,
    channelId: channel.id,
    externalId: 'qmarkq-conversation',
    subject: 'qmarkq subject',
    tags: ['qmarkq tag'],
    metadata: { note: 'qmarkq' },
    flowId: 'qmarkq-flow',
    stepId: 'qmarkq-step',
  });
  const conversationId = conversation.id;
  const send = async (input: Partial<SendMessageInput>) =>
    (await succeed(workspace, SendMessageDocument, { conversationId, ...input })).messageEdge.node.id;
  const uploadKeys = [await upload(workspace, 'qmarkq bytes', { extension: 'txt', filename: 'qmarkq.txt' })];
  await send({
    direction: 'INBOUND',
    text: 'qmarkq inbound',
    content: { type: 'document', url: 'https://example.com/qmarkq.pdf', caption: 'qmarkq' },
    metadata: { note: 'qmarkq' },
    externalId: 'qmarkq-message',
    clientMessageId: 'qmarkq-client',
    uploadKeys,
  });
  const messageId = await send({ text: 'qmarkq answer' });
  await succeed(workspace, EditMessageDocument, { messageId, text: 'qmarkq edited' });
  await succeed(workspace, UpdateMessageStatusDocument, { messageId, status: 'FAILED', errorMessage: 'qmarkq failed' });
  await send({ text: 'qmarkq note', visibility: 'INTERNAL', mentionedUserIds: [user.id] });
  await succeed(workspace, AssignConversationDocument, { conversationId, assigneeId: user.id, note: 'qmarkq note' });
  await succeed(workspace, TransferConversationDocument, {
    conversationId,
    toAssigneeId: bot.id,
    reason: 'qmarkq reason',
    summary: 'qmarkq summary',
  });
  await succeed(workspace, UpdateConversationDocument, {
    conversationId,
    subject: 'qmarkq other',
    stepId: 'qmarkq-next',
    tags: ['qmarkq again'],
  });
  const prospect = await makeProspect(workspace, {
    name: 'qmarkq prospect',
    email: 'qmarkq@example.com',
    phone: '+4930901820',
    properties: { note: 'qmarkq' },
    externalReferences: [{ provider: 'qmarkq', id: 'qmarkq', properties: { note: 'qmarkq' } }],
  });
  await succeed(workspace, LinkProspectDocument, { conversationId, prospectId: prospect.id });
  await succeed(workspace, CloseConversationDocument, {
    conversationId,
    reason: 'qmarkq reason',
    notes: 'qmarkq notes',
  });
  const other = await makeConversation(workspace, {
    contactId: (await makeContact(workspace)).id,
    participantIds: [contact.id],
  });
  const shared = await makeProspect(workspace, { name: 'Shared' });
  for (const id of [conversationId, other.id]) {
    await succeed(workspace, LinkProspectDocument, { conversationId: id, prospectId: shared.id });
  }
  const foreign = await send({
    conversationId: other.id,
    text: 'qmarkq elsewhere',
    externalId: 'qmarkq-elsewhere',
    clientMessageId: 'qmarkq-elsewhere',
    metadata: { note: 'qmarkq' },
    uploadKeys: [await upload(workspace, 'qmarkq elsewhere', { extension: 'txt', filename: 'qmarkq-2.txt' })],
  });
  // As before a conversation got another contact.
  await database.rows(
    `UPDATE "Message" SET "authorType" = 'CONTACT', "authorId" = '${uuidOf(contact.id)}' WHERE id = '${uuidOf(foreign)}'`,
  );
  const themself = await signIn(parley, workspace, contact.id);
  await upload(themself, 'qmarkq unused', { extension: 'txt', filename: 'qmarkq-3.txt' });
  await act(workspace, UpdateConversationDocument, {
    conversationId: 'qmarkq-conversation',
    client: { bot: 'qmarkq-bot', user: 'qmarkq-external', channel: 'qmarkq-channel' },
    subject: 'x',
    idempotencyKey: 'refused',
  });
  return { contact, conversationId, other, foreign, prospect, shared };
}
