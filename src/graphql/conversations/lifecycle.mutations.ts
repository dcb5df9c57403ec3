import { closeConversation, closeConversationInput } from '../../domain/conversations/close-conversation.action.js';
import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { reopenConversation, reopenConversationInput } from '../../domain/conversations/reopen-conversation.action.js';
import { snoozeConversation, snoozeConversationInput } from '../../domain/conversations/snooze-conversation.action.js';
import { mutation } from '../core/mutation.js';
import { conversationPayload } from './conversation.type.js';

mutation('closeConversation', {
  description: 'Closes a conversation.',
  permission: 'write',
  input: closeConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('CloseConversation'),
  resolve: async (input, context) => ({ conversation: await closeConversation(context, input) }),
});

mutation('reopenConversation', {
  description: 'Moves a conversation to OPEN: reopens a closed one, wakes a snoozed one, opens a pending one.',
  permission: 'write',
  input: reopenConversationInput,
  errors: [InvalidTransitionError, ConversationExistsError],
  payload: conversationPayload('ReopenConversation'),
  resolve: async (input, context) => ({ conversation: await reopenConversation(context, input) }),
});

mutation('snoozeConversation', {
  description: 'Snoozes a conversation until a time, or gives a snoozed one a new time.',
  permission: 'write',
  input: snoozeConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('SnoozeConversation'),
  resolve: async (input, context) => ({ conversation: await snoozeConversation(context, input) }),
});
