import * as operations from '../../generated/operations.js';
import type { TestWorkspace } from '../../support/parley.js';

type CreateInput = operations.CreateConversationMutationVariables['input'];
type UpdateInput = operations.UpdateConversationMutationVariables['input'];
type CloseInput = operations.CloseConversationMutationVariables['input'];
type TransferInput = operations.TransferConversationMutationVariables['input'];

/** The operations of Linktor's page, by the documents that do them. */
export const linktorClient = ({ run }: TestWorkspace) => ({
  list: async (variables: operations.ConversationSummariesQueryVariables) =>
    (await run(operations.ConversationSummariesDocument, variables)).conversations,
  listIds: async (variables: operations.ConversationSummariesQueryVariables) =>
    (await run(operations.ConversationSummariesDocument, variables)).conversations.nodes.map(({ id }) => id),
  get: async (variables: operations.ConversationWithMessagesQueryVariables) =>
    (await run(operations.ConversationWithMessagesDocument, variables)).conversation,
  create: async (input: CreateInput) =>
    (await run(operations.CreateConversationDocument, { input })).createConversation,
  update: async (input: UpdateInput) =>
    (await run(operations.UpdateConversationDocument, { input })).updateConversation,
  close: async (input: CloseInput) => (await run(operations.CloseConversationDocument, { input })).closeConversation,
  reopen: async (conversationId: string) =>
    (await run(operations.ReopenConversationDocument, { input: { conversationId } })).reopenConversation,
  assign: async (conversationId: string, assigneeId: string, note?: string) => {
    const input = { conversationId, assigneeId, ...(note === undefined ? {} : { note }) };
    return (await run(operations.AssignConversationDocument, { input })).assignConversation;
  },
  transfer: async (input: TransferInput) =>
    (await run(operations.TransferConversationDocument, { input })).transferConversation,
  participants: async (id: string) =>
    (await run(operations.ConversationParticipantsDocument, { id })).conversation?.participants,
});
