import { createProspect, createProspectInput } from '../../domain/prospects/create-prospect.action.js';
import { deleteProspect, deleteProspectInput } from '../../domain/prospects/delete-prospect.action.js';
import { type LinkChange, linkProspect, linkProspectInput } from '../../domain/prospects/link-prospect.action.js';
import { unlinkProspect, unlinkProspectInput } from '../../domain/prospects/unlink-prospect.action.js';
import { updateProspect, updateProspectInput } from '../../domain/prospects/update-prospect.action.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { deletedPayload, payload } from '../core/payload.js';
import { Prospect } from './prospect.type.js';

mutation('createProspect', {
  description: 'Creates a prospect.',
  permission: 'write',
  input: createProspectInput,
  payload: payload('CreateProspect', 'prospect', Prospect, 'The new prospect.'),
  resolve: async (input, context) => ({ prospect: await createProspect(context, input) }),
});

mutation('updateProspect', {
  description: 'Changes a prospect.',
  permission: 'write',
  input: updateProspectInput,
  payload: payload('UpdateProspect', 'prospect', Prospect, 'The prospect after the mutation.'),
  resolve: async (input, context) => ({ prospect: await updateProspect(context, input) }),
});

mutation('deleteProspect', {
  description: 'Deletes a prospect and unlinks it from its conversations, which are kept.',
  permission: 'write',
  input: deleteProspectInput,
  payload: deletedPayload('DeleteProspect', 'deletedProspectId', 'The id of the deleted prospect.'),
  resolve: (input, context) => deleteProspect(context, input),
});

function linkPayload(mutationName: string) {
  return builder.objectRef<LinkChange>(`${mutationName}Payload`).implement({
    description: 'The conversation and the prospect after the mutation.',
    fields: (t) => ({
      conversation: t.field({
        type: Conversation,
        description: 'The conversation after the mutation.',
        resolve: ({ conversation }) => conversation,
      }),
      prospect: t.field({ type: Prospect, description: 'The prospect.', resolve: ({ prospect }) => prospect }),
      changed: t.exposeBoolean('changed', { description: 'Whether the mutation changed anything.' }),
    }),
  });
}

mutation('linkProspect', {
  description: 'Links a prospect to a conversation, even a closed one.',
  permission: 'write',
  input: linkProspectInput,
  payload: linkPayload('LinkProspect'),
  resolve: (input, context) => linkProspect(context, input),
});

mutation('unlinkProspect', {
  description: 'Unlinks a prospect from a conversation. Both are kept.',
  permission: 'write',
  input: unlinkProspectInput,
  payload: linkPayload('UnlinkProspect'),
  resolve: (input, context) => unlinkProspect(context, input),
});
