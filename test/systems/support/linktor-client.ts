import {
  AssignConversationDocument,
  CloseConversationDocument,
  type CloseConversationInput,
  ConversationParticipantsDocument,
  ConversationSummariesDocument,
  type ConversationSummariesQueryVariables,
  ConversationWithMessagesDocument,
  type ConversationWithMessagesQueryVariables,
  CreateConversationDocument,
  type CreateConversationInput,
  ReopenConversationDocument,
  TransferConversationDocument,
  type TransferConversationInput,
  UpdateConversationDocument,
  type UpdateConversationInput,
} from '../../generated/operations.js';
import { act, ask } from '../../support/act.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { TestWorkspace } from '../../support/parley.js';

/** The operations of Linktor's page, by the documents that do them. */
export const linktorClient = (client: TestWorkspace) => ({
  list: async (variables: ConversationSummariesQueryVariables) =>
    (await client.run(ConversationSummariesDocument, variables)).conversations,
  listIds: async (variables: ConversationSummariesQueryVariables) =>
    nodesOf((await client.run(ConversationSummariesDocument, variables)).conversations).map(({ id }) => id),
  get: async (variables: ConversationWithMessagesQueryVariables) =>
    (await client.run(ConversationWithMessagesDocument, variables)).conversation,
  create: (input: CreateConversationInput) => act(client, CreateConversationDocument, input),
  update: (input: UpdateConversationInput) => act(client, UpdateConversationDocument, input),
  close: (input: CloseConversationInput) => act(client, CloseConversationDocument, input),
  reopen: (conversationId: string) => act(client, ReopenConversationDocument, { conversationId }),
  assign: (conversationId: string, assigneeId: string, note?: string) =>
    act(client, AssignConversationDocument, { conversationId, assigneeId, ...(note === undefined ? {} : { note }) }),
  transfer: (input: TransferConversationInput) => act(client, TransferConversationDocument, input),
  participants: async (id: string) => (await ask(client, ConversationParticipantsDocument, { id }))?.participants,
});
