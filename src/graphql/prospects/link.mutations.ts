import { type LinkChange, linkProspect } from '../../domain/prospects/link-prospect.action.js';
import { unlinkProspect } from '../../domain/prospects/unlink-prospect.action.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { Prospect } from './prospect.type.js';

function linkInput(mutationName: string) {
  return builder.inputType(`${mutationName}Input`, {
    description: 'Which prospect, and which conversation.',
    fields: (t) => ({
      conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
      prospectId: t.id({ required: true, description: 'Begins with prsp_.' }),
    }),
  });
}

function linkPayload(mutationName: string) {
  return builder.objectRef<LinkChange>(`${mutationName}Payload`).implement({
    description: 'Both ends as they are now.',
    fields: (t) => ({
      conversation: t.field({
        type: Conversation,
        description: 'The conversation as it is now.',
        resolve: ({ conversation }) => conversation,
      }),
      prospect: t.field({ type: Prospect, description: 'The prospect.', resolve: ({ prospect }) => prospect }),
      changed: t.exposeBoolean('changed', { description: 'false where it already was so.' }),
    }),
  });
}

addMutation('linkProspect', {
  description: 'Links a prospect to a conversation, also to a closed one.',
  permission: 'write',
  input: linkInput('LinkProspect'),
  payload: linkPayload('LinkProspect'),
  resolve: (input, context) => linkProspect(context, input),
});

addMutation('unlinkProspect', {
  description: 'Takes a prospect off a conversation; both stay.',
  permission: 'write',
  input: linkInput('UnlinkProspect'),
  payload: linkPayload('UnlinkProspect'),
  resolve: (input, context) => unlinkProspect(context, input),
});
