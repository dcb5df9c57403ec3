import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { type CreatedConversation, createConversation } from '../../domain/conversations/create-conversation.action.js';
import { createConversationInput } from '../../domain/conversations/create-conversation.input.js';
import {
  type DeletedConversation,
  deleteConversation,
  deleteConversationInput,
} from '../../domain/conversations/delete-conversation.action.js';
import { updateConversation, updateConversationInput } from '../../domain/conversations/update-conversation.action.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { Conversation, conversationPayload } from './conversation.type.js';

mutation('createConversation', {
  description:
    'Creates a conversation. If the channel and contact already have an active one, or the client key already has one with this externalId, returns ConversationExistsError, or with `ifExists: RETURN` the existing conversation.',
  permission: 'converse',
  input: createConversationInput,
  errors: [ConversationExistsError],
  payload: builder.objectRef<CreatedConversation>('CreateConversationPayload').implement({
    description: 'The new conversation, or the existing one.',
    fields: (t) => ({
      conversation: t.field({
        type: Conversation,
        description: 'The conversation.',
        resolve: ({ conversation }) => conversation,
      }),
      created: t.exposeBoolean('created', { description: 'false if the conversation already existed.' }),
    }),
  }),
  resolve: (input, context) => createConversation(context, input),
});

mutation('updateConversation', {
  description: 'Changes a conversation. A new status has the same rules and effects as the mutation for that move.',
  permission: 'write',
  input: updateConversationInput,
  errors: [InvalidTransitionError, ConversationExistsError],
  payload: conversationPayload('UpdateConversation'),
  resolve: async (input, context) => ({ conversation: await updateConversation(context, input) }),
});

mutation('deleteConversation', {
  description:
    'Deletes a conversation with its messages, attachments, participants, prospect links, read positions and transfers, and removes text that people wrote from its events. The contact and the prospects stay.',
  permission: 'write',
  input: deleteConversationInput,
  payload: builder.objectRef<DeletedConversation>('DeleteConversationPayload').implement({
    description: 'What was deleted.',
    fields: (t) => ({
      deletedConversationId: t.exposeID('deletedConversationId', {
        description: 'The id of the deleted conversation.',
      }),
      deletedMessageCount: t.exposeInt('deletedMessageCount', {
        description: 'How many messages were deleted with it.',
      }),
    }),
  }),
  resolve: (input, context) => deleteConversation(context, input),
});
