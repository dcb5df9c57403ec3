import { InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { joinConversation, joinConversationInput } from '../../domain/participants/join-conversation.action.js';
import { leaveConversation, leaveConversationInput } from '../../domain/participants/leave-conversation.action.js';
import { conversationPayload } from '../conversations/conversation.type.js';
import { mutation } from '../core/mutation.js';

mutation('joinConversation', {
  description: 'Makes a user, bot or contact a participant of a conversation. A current participant changes nothing.',
  permission: 'write',
  input: joinConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('JoinConversation'),
  resolve: async (input, context) => ({ conversation: await joinConversation(context, input) }),
});

mutation('leaveConversation', {
  description:
    'Ends the participation of a user, bot or contact; the record of it is kept. An assignee who leaves is unassigned. An actor who is not in the conversation changes nothing.',
  permission: 'write',
  input: leaveConversationInput,
  payload: conversationPayload('LeaveConversation'),
  resolve: async (input, context) => ({ conversation: await leaveConversation(context, input) }),
});
