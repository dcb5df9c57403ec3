import { updateWorkspace, updateWorkspaceInput } from '../../domain/workspaces/update-workspace.action.js';
import { mutation } from '../core/mutation.js';
import { payload } from '../core/payload.js';
import { Workspace } from './workspace.type.js';

mutation('updateWorkspace', {
  description: "Changes the viewer's workspace. ConflictError if another workspace has the slug.",
  permission: 'administer',
  audits: ['workspace.updated'],
  input: updateWorkspaceInput,
  payload: payload('UpdateWorkspace', 'workspace', Workspace, 'The workspace after the mutation.'),
  resolve: async (input, context) => ({ workspace: await updateWorkspace(context, input) }),
});
