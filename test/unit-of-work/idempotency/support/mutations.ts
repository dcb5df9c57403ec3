import {
  ContactsDocument,
  ConversationsDocument,
  CreateChannelDocument,
  CreateContactDocument,
  CreateConversationDocument,
  CreateUserDocument,
  MessagesDocument,
  SendMessageDocument,
  TeamDocument,
} from '../../../generated/operations.js';
import { ask, succeed } from '../../../support/act.js';
import { makeContactConversation } from '../../../support/make.js';
import type { TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;

/** A mutation with an idempotency key, prepared in a workspace. */
export type Keyed = {
  /** Runs it and returns the id of what it created. Another `label` means another input. */
  run: (client: Client, idempotencyKey: string, label?: string) => Promise<string>;
  /** The number of rows it has created. */
  count: () => Promise<number>;
};

export type KeyedMutation = 'createConversation' | 'sendMessage' | 'createContact' | 'createUser' | 'createChannel';

/** Prepares what each mutation needs in a workspace. */
export const keyedMutations: Record<KeyedMutation, (workspace: TestWorkspace) => Promise<Keyed>> = {
  createConversation: async (workspace) => ({
    run: async (client, idempotencyKey, label = 'one') => {
      const input = { subject: label, idempotencyKey, message: { text: 'Hello' } };
      return (await succeed(client, CreateConversationDocument, input)).conversation.id;
    },
    count: async () => (await ask(workspace, ConversationsDocument, {})).totalCount,
  }),
  sendMessage: async (workspace) => {
    const { id: conversationId } = await makeContactConversation(workspace);
    return {
      run: async (client, idempotencyKey, label = 'one') => {
        const input = { conversationId, text: label, idempotencyKey };
        return (await succeed(client, SendMessageDocument, input)).messageEdge.node.id;
      },
      count: async () => {
        const conversation = await ask(workspace, MessagesDocument, { conversationId });
        return conversation?.messages.totalCount ?? -1;
      },
    };
  },
  createContact: async (workspace) => ({
    run: async (client, idempotencyKey, label = 'one') =>
      (await succeed(client, CreateContactDocument, { name: label, idempotencyKey })).contact.id,
    count: async () => (await ask(workspace, ContactsDocument, {})).totalCount,
  }),
  createUser: async (workspace) => ({
    run: async (client, idempotencyKey, label = 'one') => {
      const email = `${label}@example.com`;
      return (await succeed(client, CreateUserDocument, { name: label, email, idempotencyKey })).user.id;
    },
    count: async () => (await workspace.run(TeamDocument, {})).users.totalCount,
  }),
  createChannel: async (workspace) => ({
    run: async (client, idempotencyKey, label = 'one') => {
      const input = { name: label, type: 'WEBCHAT' as const, idempotencyKey };
      return (await succeed(client, CreateChannelDocument, input)).channel.id;
    },
    count: async () => (await workspace.run(TeamDocument, {})).channels.totalCount,
  }),
};
