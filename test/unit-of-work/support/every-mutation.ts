import {
  CreateContactDocument,
  CreateWebhookEndpointDocument,
  DeactivateBotDocument,
  DeactivateUserDocument,
  ExportContactDocument,
  LinkProspectDocument,
  MergeContactsDocument,
  SendTestWebhookDocument,
  SnoozeConversationDocument,
} from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { say } from '../../support/conversations.js';
import {
  makeBot,
  makeChannel,
  makeContact,
  makeContactConversation,
  makeConversation,
  makeProspect,
  makeUser,
} from '../../support/make.js';
import type { TestServer, TestWorkspace } from '../../support/parley.js';
import { makeToken } from '../../support/token.js';
import { logStart } from './cursors.js';

/** Prepares a workspace for one call of a mutation, and returns an input that succeeds. */
type Prepare = (
  workspace: TestWorkspace,
  parley: Pick<TestServer, 'database' | 'connect'>,
) => Promise<Record<string, unknown>>;

const inConversation =
  (more: object = {}): Prepare =>
  async (workspace) => ({ conversationId: (await makeContactConversation(workspace)).id, ...more });

const withMessage: Prepare = async (workspace) => {
  const { id } = await makeContactConversation(workspace);
  return { messageId: (await say(workspace, id, { text: 'Hello' })).id };
};

const withEndpoint: Prepare = async (workspace) => {
  const input = { url: 'https://example.com/webhooks', events: ['*'] };
  return { endpointId: (await succeed(workspace, CreateWebhookEndpointDocument, input)).webhookEndpoint.id };
};

const many: Prepare = async (workspace) => ({
  conversationIds: [(await makeConversation(workspace)).id, (await makeConversation(workspace)).id],
});

const linked: Prepare = async (workspace) => {
  const ids = {
    conversationId: (await makeConversation(workspace)).id,
    prospectId: (await makeProspect(workspace)).id,
  };
  await succeed(workspace, LinkProspectDocument, ids);
  return ids;
};

/** Of every mutation, what a call of it needs. */
export const everyMutation: Record<string, Prepare> = {
  assignConversation: async (workspace, parley) => ({
    ...(await inConversation()(workspace, parley)),
    assigneeId: (await makeUser(workspace)).id,
  }),
  assignConversations: async (workspace, parley) => ({
    ...(await many(workspace, parley)),
    assigneeId: (await makeUser(workspace)).id,
  }),
  closeConversation: inConversation({ reason: 'Done' }),
  closeConversations: many,
  createApiKey: async () => ({ name: 'Key', scopes: ['READ'] }),
  createBot: async () => ({ name: 'Robo' }),
  createChannel: async () => ({ name: 'Website', type: 'WEBCHAT' }),
  createContact: async () => ({ name: 'Carla' }),
  createContactExportLink: async (workspace) => {
    const { id: contactId } = await makeContact(workspace);
    return { exportKey: (await succeed(workspace, ExportContactDocument, { contactId })).exportKey };
  },
  createConversation: async () => ({ subject: 'Order', message: { text: 'Hello' } }),
  createProspect: async () => ({ name: 'Carla' }),
  createSessionToken: async (workspace) => ({ actorId: (await makeUser(workspace)).id }),
  createUpload: async () => ({ extension: 'txt' }),
  createUser: async () => ({ name: 'Ada', email: 'ada@example.com' }),
  createWebhookEndpoint: async () => ({ url: 'https://example.com/webhooks', events: ['*'] }),
  deactivateBot: async (workspace) => {
    const { id } = await makeBot(workspace);
    await makeConversation(workspace, { assigneeId: id });
    return { botId: id, transferTo: (await makeUser(workspace)).id };
  },
  deactivateUser: async (workspace) => {
    const { id } = await makeUser(workspace);
    await makeConversation(workspace, { assigneeId: id });
    return { userId: id };
  },
  deleteChannel: async (workspace) => {
    const { channel } = await makeContactConversation(workspace);
    return { channelId: channel?.id, force: true };
  },
  deleteContact: async (workspace) => {
    const { contact } = await makeContactConversation(workspace);
    return { contactId: contact?.id, force: true };
  },
  deleteConversation: inConversation(),
  deleteMessage: withMessage,
  deleteProspect: async (workspace, parley) => ({ prospectId: (await linked(workspace, parley)).prospectId }),
  deleteWebhookEndpoint: withEndpoint,
  editMessage: async (workspace, parley) => ({ ...(await withMessage(workspace, parley)), text: 'Other' }),
  eraseContact: async (workspace) => ({ contactId: (await makeContactConversation(workspace)).contact?.id }),
  exportContact: async (workspace) => ({ contactId: (await makeContactConversation(workspace)).contact?.id }),
  joinConversation: async (workspace, parley) => ({
    ...(await inConversation()(workspace, parley)),
    actorId: (await makeUser(workspace)).id,
  }),
  leaveConversation: async (workspace) => {
    const { id: actorId } = await makeUser(workspace);
    return { conversationId: (await makeConversation(workspace, { participantIds: [actorId] })).id, actorId };
  },
  linkProspect: async (workspace, parley) => ({
    ...(await inConversation()(workspace, parley)),
    prospectId: (await makeProspect(workspace)).id,
  }),
  markConversationRead: async (workspace) => {
    const { id } = await makeContactConversation(workspace);
    await say(workspace, id, { text: 'Hello', direction: 'INBOUND' });
    return { conversationId: id };
  },
  mergeContacts: async (workspace) => ({
    survivorId: (await makeContact(workspace)).id,
    contactIds: [(await makeContactConversation(workspace)).contact?.id],
  }),
  reactivateBot: async (workspace) => {
    const { id: botId } = await makeBot(workspace);
    await succeed(workspace, DeactivateBotDocument, { botId });
    return { botId };
  },
  reactivateUser: async (workspace) => {
    const { id: userId } = await makeUser(workspace);
    await succeed(workspace, DeactivateUserDocument, { userId });
    return { userId };
  },
  redeliverWebhook: async (workspace, parley) => {
    const { endpointId } = await withEndpoint(workspace, parley);
    const sent = await succeed(workspace, SendTestWebhookDocument, { endpointId: String(endpointId) });
    return { deliveryId: sent.delivery.id };
  },
  removeContactAlias: async (workspace) => {
    const { contact } = await succeed(workspace, CreateContactDocument, { name: 'C', email: 'carla@example.com' });
    const { id: survivorId } = await makeContact(workspace);
    await succeed(workspace, MergeContactsDocument, { survivorId, contactIds: [contact.id] });
    return { contactId: survivorId, kind: 'EMAIL', value: 'carla@example.com' };
  },
  reopenConversation: async (workspace) => {
    const { id: conversationId } = await makeContactConversation(workspace);
    await succeed(workspace, SnoozeConversationDocument, { conversationId, until: '2999-01-01T00:00:00Z' });
    return { conversationId };
  },
  replayWebhooks: async (workspace, parley) => {
    await makeConversation(workspace);
    return { ...(await withEndpoint(workspace, parley)), after: await logStart(workspace) };
  },
  revokeApiKey: async (workspace, parley) => {
    await makeApiKey(parley, workspace, { name: 'Spare' });
    const query = '{ apiKeys(first: 100) { nodes { id name } } }';
    const { data } = (await workspace.post<{ apiKeys: { nodes: { id: string; name: string }[] } }>(query)).body;
    return { apiKeyId: data?.apiKeys.nodes.find(({ name }) => name === 'Spare')?.id };
  },
  revokeSessionToken: async (workspace) => ({
    token: (await makeToken(workspace, { actorId: (await makeUser(workspace)).id })).token,
  }),
  rotateWebhookSecret: withEndpoint,
  sendMessage: inConversation({ text: 'Hello' }),
  sendTestWebhook: withEndpoint,
  setTyping: async (workspace, parley) => ({
    ...(await inConversation()(workspace, parley)),
    actorId: (await makeUser(workspace)).id,
  }),
  snoozeConversation: inConversation({ until: '2999-01-01T00:00:00Z' }),
  tagConversations: async (workspace, parley) => ({ ...(await many(workspace, parley)), add: ['vip'] }),
  transferConversation: async (workspace, parley) => ({
    ...(await inConversation()(workspace, parley)),
    toAssigneeId: (await makeUser(workspace)).id,
  }),
  unlinkProspect: linked,
  updateBot: async (workspace) => ({ botId: (await makeBot(workspace)).id, name: 'Other' }),
  updateChannel: async (workspace) => ({ channelId: (await makeChannel(workspace)).id, name: 'Other' }),
  updateContact: async (workspace) => ({ contactId: (await makeContact(workspace)).id, name: 'Other' }),
  updateConversation: inConversation({ subject: 'Other' }),
  updateMessageStatus: async (workspace, parley) => ({
    ...(await withMessage(workspace, parley)),
    status: 'DELIVERED',
  }),
  updateProspect: async (workspace, parley) => ({
    prospectId: (await linked(workspace, parley)).prospectId,
    name: 'O',
  }),
  updateUser: async (workspace) => ({ userId: (await makeUser(workspace)).id, name: 'Other' }),
  updateWebhookEndpoint: async (workspace, parley) => ({
    ...(await withEndpoint(workspace, parley)),
    description: 'Other',
  }),
  updateWorkspace: async () => ({ name: 'Other' }),
};
