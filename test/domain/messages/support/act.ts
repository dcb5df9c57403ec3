import * as operations from '../../../generated/operations.js';
import { expectType, type TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;
type SendInput = operations.SendMessageMutationVariables['input'];

export const send = async ({ run }: Client, input: SendInput) =>
  (await run(operations.SendMessageDocument, { input })).sendMessage;

/** Sends a message that must be taken, and answers it. */
export const say = async (client: Client, conversationId: string, input: Omit<SendInput, 'conversationId'>) =>
  expectType(await send(client, { conversationId, ...input }), 'SendMessagePayload').message;

export const setStatus = async ({ run }: Client, input: operations.UpdateMessageStatusMutationVariables['input']) =>
  (await run(operations.UpdateMessageStatusDocument, { input })).updateMessageStatus;

/** Moves the client's read position and answers the conversation as the client then sees it. */
export const markRead = async ({ run }: Client, conversationId: string, upToSeq?: number) => {
  const input = upToSeq === undefined ? { conversationId } : { conversationId, upToSeq };
  const { markConversationRead } = await run(operations.MarkConversationReadDocument, { input });
  return expectType(markConversationRead, 'MarkConversationReadPayload').conversation;
};

export const close = async ({ run }: Client, conversationId: string) => {
  const { closeConversation } = await run(operations.CloseConversationDocument, { input: { conversationId } });
  return expectType(closeConversation, 'CloseConversationPayload').conversation;
};

/** The conversation as the client sees it; fails where there is none. */
export const read = async ({ run }: Client, id: string) => {
  const { conversation } = await run(operations.ConversationDocument, { id });
  if (!conversation) throw new Error(`There is no conversation ${id}.`);
  return conversation;
};

/** A page of a conversation's messages. */
export const messagesOf = async (
  { run }: Client,
  conversationId: string,
  page: Omit<operations.MessagesQueryVariables, 'conversationId'> = { first: 100 },
) => {
  const { conversation } = await run(operations.MessagesDocument, { conversationId, ...page });
  if (!conversation) throw new Error(`There is no conversation ${conversationId}.`);
  return conversation.messages;
};

/** Everyone who is or was in a conversation, in the order they came. */
export const participantsOf = async ({ run }: Client, id: string) => {
  const { conversation } = await run(operations.ConversationHistoryDocument, { id });
  return conversation?.participants ?? [];
};
