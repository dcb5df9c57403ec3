import * as operations from '../../../generated/operations.js';
import { makeContactConversation } from '../../../support/make.js';
import { expectType, type TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;

/** A mutation that takes an idempotency key, made ready in a workspace. */
export type Keyed = {
  /** Runs it and answers the id of what it made. What differs in `label` differs in its input. */
  run: (client: Client, idempotencyKey: string, label?: string) => Promise<string>;
  /** How many of what it makes there are. */
  count: () => Promise<number>;
};

export type KeyedMutation = 'createConversation' | 'sendMessage' | 'createContact' | 'createUser' | 'createChannel';

const team = async ({ run }: Client) => run(operations.TeamDocument, {});

/** Makes ready what each mutation needs in a workspace. */
export const keyedMutations: Record<KeyedMutation, (workspace: TestWorkspace) => Promise<Keyed>> = {
  createConversation: async (workspace) => ({
    run: async ({ run }, idempotencyKey, label = 'one') => {
      const input = { subject: label, idempotencyKey, message: { text: 'Hello' } };
      const { createConversation } = await run(operations.CreateConversationDocument, { input });
      return expectType(createConversation, 'CreateConversationPayload').conversation.id;
    },
    count: async () => (await workspace.run(operations.ConversationsDocument, {})).conversations.totalCount,
  }),
  sendMessage: async (workspace) => {
    const { id: conversationId } = await makeContactConversation(workspace);
    return {
      run: async ({ run }, idempotencyKey, label = 'one') => {
        const input = { conversationId, text: label, idempotencyKey };
        const { sendMessage } = await run(operations.SendMessageDocument, { input });
        return expectType(sendMessage, 'SendMessagePayload').message.id;
      },
      count: async () => {
        const { conversation } = await workspace.run(operations.MessagesDocument, { conversationId });
        return conversation?.messages.totalCount ?? -1;
      },
    };
  },
  createContact: async (workspace) => ({
    run: async ({ run }, idempotencyKey, label = 'one') => {
      const { createContact } = await run(operations.CreateContactDocument, { input: { name: label, idempotencyKey } });
      return expectType(createContact, 'CreateContactPayload').contact.id;
    },
    count: async () => (await workspace.run(operations.ContactsDocument, {})).contacts.totalCount,
  }),
  createUser: async (workspace) => ({
    run: async ({ run }, idempotencyKey, label = 'one') => {
      const email = `${label}@example.com`;
      const { createUser } = await run(operations.CreateUserDocument, {
        input: { name: label, email, idempotencyKey },
      });
      return expectType(createUser, 'CreateUserPayload').user.id;
    },
    count: async () => (await team(workspace)).users.totalCount,
  }),
  createChannel: async (workspace) => ({
    run: async ({ run }, idempotencyKey, label = 'one') => {
      const input = { name: label, type: 'WEBCHAT' as const, idempotencyKey };
      const { createChannel } = await run(operations.CreateChannelDocument, { input });
      return expectType(createChannel, 'CreateChannelPayload').channel.id;
    },
    count: async () => (await team(workspace)).channels.totalCount,
  }),
};
