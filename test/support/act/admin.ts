import * as operations from '../../generated/operations.js';
import type { TestWorkspace } from '../parley.js';

type Client = Pick<TestWorkspace, 'run'>;

export const updateUser = async ({ run }: Client, input: operations.UpdateUserMutationVariables['input']) =>
  (await run(operations.UpdateUserDocument, { input })).updateUser;

export const deactivateUser = async ({ run }: Client, userId: string) =>
  (await run(operations.DeactivateUserDocument, { input: { userId } })).deactivateUser;

export const reactivateUser = async ({ run }: Client, userId: string) =>
  (await run(operations.ReactivateUserDocument, { input: { userId } })).reactivateUser;

export const updateBot = async ({ run }: Client, input: operations.UpdateBotMutationVariables['input']) =>
  (await run(operations.UpdateBotDocument, { input })).updateBot;

export const deactivateBot = async ({ run }: Client, input: operations.DeactivateBotMutationVariables['input']) =>
  (await run(operations.DeactivateBotDocument, { input })).deactivateBot;

export const reactivateBot = async ({ run }: Client, botId: string) =>
  (await run(operations.ReactivateBotDocument, { input: { botId } })).reactivateBot;

export const updateChannel = async ({ run }: Client, input: operations.UpdateChannelMutationVariables['input']) =>
  (await run(operations.UpdateChannelDocument, { input })).updateChannel;

export const deleteChannel = async ({ run }: Client, channelId: string, force = false) =>
  (await run(operations.DeleteChannelDocument, { input: { channelId, force } })).deleteChannel;

export const createApiKey = async ({ run }: Client, input: operations.CreateApiKeyMutationVariables['input']) =>
  (await run(operations.CreateApiKeyDocument, { input })).createApiKey;

export const revokeApiKey = async ({ run }: Client, apiKeyId: string) =>
  (await run(operations.RevokeApiKeyDocument, { input: { apiKeyId } })).revokeApiKey;

export const updateWorkspace = async ({ run }: Client, input: operations.UpdateWorkspaceMutationVariables['input']) =>
  (await run(operations.UpdateWorkspaceDocument, { input })).updateWorkspace;

export const mergeContacts = async ({ run }: Client, input: operations.MergeContactsMutationVariables['input']) =>
  (await run(operations.MergeContactsDocument, { input })).mergeContacts;

/** Everyone and everything that the lists show. */
export const team = ({ run }: Client) => run(operations.TeamDocument, {});

/** The paths that a ValidationError names. */
export const issuePaths = (answer: { __typename: string }) =>
  'issues' in answer && Array.isArray(answer.issues) ? answer.issues.map(({ path }) => path.join('.')) : [];
