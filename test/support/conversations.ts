import {
  ConversationDocument,
  ConversationHistoryDocument,
  MessagesDocument,
  type MessagesQueryVariables,
  SendMessageDocument,
  type SendMessageInput,
} from '../generated/operations.js';
import { ask, succeed } from './act.js';
import type { TestWorkspace } from './parley.js';

type Client = Pick<TestWorkspace, 'run'>;

/** The conversation as the client sees it; throws if it sees none. */
export async function readConversation(client: Client, id: string) {
  const conversation = await ask(client, ConversationDocument, { id });
  if (!conversation) throw new Error(`There is no conversation ${id}.`);
  return conversation;
}

/** Sends a message that must be accepted, and returns it. */
export async function say(client: Client, conversationId: string, input: Omit<SendMessageInput, 'conversationId'>) {
  return (await succeed(client, SendMessageDocument, { conversationId, ...input })).messageEdge.node;
}

/** A page of a conversation's messages, by default the first 100. */
export async function messagesOf(
  client: Client,
  conversationId: string,
  page: Omit<MessagesQueryVariables, 'conversationId'> = { first: 100 },
) {
  const conversation = await ask(client, MessagesDocument, { conversationId, ...page });
  if (!conversation) throw new Error(`There is no conversation ${conversationId}.`);
  return conversation.messages;
}

/** Everyone who is or was in a conversation, in the order they joined. */
export async function participantsOf(client: Client, id: string) {
  return (await ask(client, ConversationHistoryDocument, { id }))?.participants ?? [];
}
