import * as operations from '../../../generated/operations.js';
import type { TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;

/** What one action answers: a mutation's union, still to be told apart. */
export type Answer = { __typename: string };

export const create = async (
  { run }: Client,
  input: Partial<operations.CreateConversationMutationVariables['input']> = {},
) => (await run(operations.CreateConversationDocument, { input })).createConversation;

export const update = async ({ run }: Client, input: operations.UpdateConversationMutationVariables['input']) =>
  (await run(operations.UpdateConversationDocument, { input })).updateConversation;

export const close = async ({ run }: Client, input: operations.CloseConversationMutationVariables['input']) =>
  (await run(operations.CloseConversationDocument, { input })).closeConversation;

export const closeMany = async ({ run }: Client, input: operations.CloseConversationsMutationVariables['input']) =>
  (await run(operations.CloseConversationsDocument, { input })).closeConversations;

export const reopen = async ({ run }: Client, input: operations.ReopenConversationMutationVariables['input']) =>
  (await run(operations.ReopenConversationDocument, { input })).reopenConversation;

export const snooze = async ({ run }: Client, input: operations.SnoozeConversationMutationVariables['input']) =>
  (await run(operations.SnoozeConversationDocument, { input })).snoozeConversation;

export const assign = async ({ run }: Client, input: operations.AssignConversationMutationVariables['input']) =>
  (await run(operations.AssignConversationDocument, { input })).assignConversation;

export const transfer = async ({ run }: Client, input: operations.TransferConversationMutationVariables['input']) =>
  (await run(operations.TransferConversationDocument, { input })).transferConversation;

export const join = async ({ run }: Client, input: operations.JoinConversationMutationVariables['input']) =>
  (await run(operations.JoinConversationDocument, { input })).joinConversation;

export const leave = async ({ run }: Client, input: operations.LeaveConversationMutationVariables['input']) =>
  (await run(operations.LeaveConversationDocument, { input })).leaveConversation;

export const remove = async ({ run }: Client, conversationId: string) =>
  (await run(operations.DeleteConversationDocument, { input: { conversationId } })).deleteConversation;

export const send = async ({ run }: Client, input: operations.SendMessageMutationVariables['input']) =>
  (await run(operations.SendMessageDocument, { input })).sendMessage;

/** The conversation as it is now; fails where there is none. */
export const read = async ({ run }: Client, id: string) => {
  const { conversation } = await run(operations.ConversationDocument, { id });
  if (!conversation) throw new Error(`There is no conversation ${id}.`);
  return conversation;
};

export const markRead = async ({ run }: Client, input: operations.MarkConversationReadMutationVariables['input']) =>
  (await run(operations.MarkConversationReadDocument, { input })).markConversationRead;
