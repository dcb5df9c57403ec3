import { InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { joinConversation } from '../../domain/participants/join-conversation.action.js';
import { leaveConversation } from '../../domain/participants/leave-conversation.action.js';
import { conversationPayload } from '../conversations/conversation-payload.type.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';

const JoinConversationInput = builder.inputType('JoinConversationInput', {
  description: 'Who joins a conversation.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    actorId: t.id({ description: 'A user, bot or contact. Left out: the viewer; an API key must name one.' }),
  }),
});

addMutation('joinConversation', {
  description: 'Makes somebody a participant; whoever is in the conversation already stays as they are.',
  permission: 'write',
  input: JoinConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('JoinConversation'),
  resolve: async (input, context) => ({ conversation: await joinConversation(context, input) }),
});

const LeaveConversationInput = builder.inputType('LeaveConversationInput', {
  description: 'Who leaves a conversation.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    actorId: t.id({ description: 'A user, bot or contact. Left out: the viewer; an API key must name one.' }),
  }),
});

addMutation('leaveConversation', {
  description:
    "Ends somebody's stay, which is kept; an assignee who leaves is unassigned. Whoever is not in it changes nothing.",
  permission: 'write',
  input: LeaveConversationInput,
  payload: conversationPayload('LeaveConversation'),
  resolve: async (input, context) => ({ conversation: await leaveConversation(context, input) }),
});
