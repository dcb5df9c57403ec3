import { randomUUID } from 'node:crypto';
import {
  ConversationHistoryDocument,
  CreateBotDocument,
  CreateChannelDocument,
  type CreateChannelInput,
  CreateContactDocument,
  CreateConversationDocument,
  type CreateConversationInput,
  CreateProspectDocument,
  type CreateProspectInput,
  CreateUserDocument,
  type CreateUserInput,
} from '../generated/operations.js';
import { ask, succeed } from './act.js';
import { nodesOf } from './nodes-of.js';
import type { TestWorkspace } from './parley.js';

/** A channel; by default one where a contact has one active conversation at a time. */
export async function makeChannel(client: TestWorkspace, input: Partial<CreateChannelInput> = {}) {
  return (await succeed(client, CreateChannelDocument, { name: 'Website', type: 'WEBCHAT', ...input })).channel;
}

/** A user with a unique email address. */
export async function makeUser(client: TestWorkspace, name = 'Ada', input: Partial<CreateUserInput> = {}) {
  return (await succeed(client, CreateUserDocument, { name, email: `${randomUUID()}@example.com`, ...input })).user;
}

/** A bot and its key. */
export async function makeBot(client: TestWorkspace, name = 'Robo') {
  const { bot, apiKey } = await succeed(client, CreateBotDocument, { name });
  return { ...bot, apiKey };
}

export async function makeContact(client: TestWorkspace, name = 'Carla Customer') {
  return (await succeed(client, CreateContactDocument, { name, email: `${randomUUID()}@example.com` })).contact;
}

/** A conversation, by default empty and without channel and contact. */
export async function makeConversation(client: TestWorkspace, input: CreateConversationInput = {}) {
  return (await succeed(client, CreateConversationDocument, input)).conversation;
}

/** A conversation with a new contact on a new channel. */
export async function makeContactConversation(workspace: TestWorkspace, input: CreateConversationInput = {}) {
  const channel = await makeChannel(workspace);
  const contact = await makeContact(workspace);
  return makeConversation(workspace, { channelId: channel.id, contactId: contact.id, ...input });
}

/** The events of a conversation, oldest first. */
export async function eventsOf(client: TestWorkspace, id: string) {
  const conversation = await ask(client, ConversationHistoryDocument, { id });
  return conversation ? nodesOf(conversation.events) : [];
}

/** A prospect, by default new and without a name. */
export async function makeProspect(client: TestWorkspace, input: Partial<CreateProspectInput> = {}) {
  return (await succeed(client, CreateProspectDocument, input)).prospect;
}
