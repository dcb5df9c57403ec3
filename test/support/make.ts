import { randomUUID } from 'node:crypto';
import * as operations from '../generated/operations.js';
import { expectType, type TestWorkspace } from './parley.js';

/** A channel; by default one where a contact has one active conversation at a time. */
export async function makeChannel(
  { run }: TestWorkspace,
  input: Partial<operations.CreateChannelMutationVariables['input']> = {},
) {
  const { createChannel } = await run(operations.CreateChannelDocument, {
    input: { name: 'Website', type: 'WEBCHAT', ...input },
  });
  return expectType(createChannel, 'CreateChannelPayload').channel;
}

/** A user with an e-mail address of its own. */
export async function makeUser(
  { run }: TestWorkspace,
  name = 'Ada',
  input: Partial<operations.CreateUserMutationVariables['input']> = {},
) {
  const { createUser } = await run(operations.CreateUserDocument, {
    input: { name, email: `${randomUUID()}@example.com`, ...input },
  });
  return expectType(createUser, 'CreateUserPayload').user;
}

/** A bot and its key. */
export async function makeBot({ run }: TestWorkspace, name = 'Robo') {
  const { createBot } = await run(operations.CreateBotDocument, { input: { name } });
  const { bot, apiKey } = expectType(createBot, 'CreateBotPayload');
  return { ...bot, apiKey };
}

export async function makeContact({ run }: TestWorkspace, name = 'Carla Customer') {
  const { createContact } = await run(operations.CreateContactDocument, {
    input: { name, email: `${randomUUID()}@example.com` },
  });
  return expectType(createContact, 'CreateContactPayload').contact;
}

/** A conversation with whatever a test needs; by default an empty one without channel and contact. */
export async function makeConversation(
  { run }: TestWorkspace,
  input: operations.CreateConversationMutationVariables['input'] = {},
) {
  const { createConversation } = await run(operations.CreateConversationDocument, { input });
  return expectType(createConversation, 'CreateConversationPayload').conversation;
}

/** A conversation of a contact of its own on a channel of its own. */
export async function makeContactConversation(
  workspace: TestWorkspace,
  input: operations.CreateConversationMutationVariables['input'] = {},
) {
  const channel = await makeChannel(workspace);
  const contact = await makeContact(workspace);
  return makeConversation(workspace, { channelId: channel.id, contactId: contact.id, ...input });
}

/** What a conversation's part of the log says, oldest first. */
export async function eventsOf({ run }: TestWorkspace, id: string) {
  const { conversation } = await run(operations.ConversationHistoryDocument, { id });
  return conversation?.events.nodes ?? [];
}

/** A prospect; by default a nameless new one. */
export async function makeProspect(
  { run }: TestWorkspace,
  input: Partial<operations.CreateProspectMutationVariables['input']> = {},
) {
  const { createProspect } = await run(operations.CreateProspectDocument, { input });
  return expectType(createProspect, 'CreateProspectPayload').prospect;
}
