import { closeConversation, closeConversationInput } from '../../domain/conversations/close-conversation.action.js';
import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { reopenConversation } from '../../domain/conversations/reopen-conversation.action.js';
import { snoozeConversation } from '../../domain/conversations/snooze-conversation.action.js';
import { builder } from '../core/builder.js';
import { addMutation, mutation } from '../core/mutation.js';
import { conversationPayload } from './conversation-payload.type.js';

const versionDescription = 'Refuses with ConflictError where the conversation has another version.';

mutation('closeConversation', {
  description: 'Closes a conversation that is not closed.',
  permission: 'write',
  input: closeConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('CloseConversation'),
  resolve: async (input, context) => ({ conversation: await closeConversation(context, input) }),
});

const ReopenConversationInput = builder.inputType('ReopenConversationInput', {
  description: 'Which conversation to open.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    expectedVersion: t.int({ description: versionDescription }),
  }),
});

addMutation('reopenConversation', {
  description: 'Moves a conversation that is not open to OPEN: reopens a closed one, wakes a snoozed one.',
  permission: 'write',
  input: ReopenConversationInput,
  errors: [InvalidTransitionError, ConversationExistsError],
  payload: conversationPayload('ReopenConversation'),
  resolve: async (input, context) => ({ conversation: await reopenConversation(context, input) }),
});

const SnoozeConversationInput = builder.inputType('SnoozeConversationInput', {
  description: 'Which conversation to put off, and until when.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    until: t.field({ type: 'DateTime', required: true, description: 'Later than now.' }),
    expectedVersion: t.int({ description: versionDescription }),
  }),
});

addMutation('snoozeConversation', {
  description: 'Puts a conversation off until a time, or gives a snoozed one a new time.',
  permission: 'write',
  input: SnoozeConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('SnoozeConversation'),
  resolve: async (input, context) => ({ conversation: await snoozeConversation(context, input) }),
});
