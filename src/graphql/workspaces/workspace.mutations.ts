import { updateWorkspace } from '../../domain/workspaces/update-workspace.action.js';
import type { Workspace as WorkspaceRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { Workspace } from './workspace.type.js';

const UpdateWorkspaceInput = builder.inputType('UpdateWorkspaceInput', {
  description: "Changes to the viewer's workspace; what is left out stays.",
  fields: (t) => ({
    name: t.string({ description: 'At most 255 characters.' }),
    slug: t.string({
      description: 'Lower-case letters, digits and single hyphens, at most 63 characters; unique on this server.',
    }),
    settings: t.field({
      type: 'JSONObject',
      description: 'Merged shallowly, a null removes its key; at most 16 KB, also when merged.',
    }),
  }),
});

addMutation('updateWorkspace', {
  description: "Changes the viewer's workspace; ConflictError where another has the slug.",
  permission: 'administer',
  input: UpdateWorkspaceInput,
  payload: builder.objectRef<{ workspace: WorkspaceRow }>('UpdateWorkspacePayload').implement({
    description: 'The workspace as it is now.',
    fields: (t) => ({
      workspace: t.field({
        type: Workspace,
        description: 'The workspace as it is now.',
        resolve: ({ workspace }) => workspace,
      }),
    }),
  }),
  resolve: async (input, context) => ({ workspace: await updateWorkspace(context, input) }),
});
