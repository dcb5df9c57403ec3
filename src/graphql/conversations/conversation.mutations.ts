import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { type CreatedConversation, createConversation } from '../../domain/conversations/create-conversation.action.js';
import { createConversationInput } from '../../domain/conversations/create-conversation.input.js';
import { type DeletedConversation, deleteConversation } from '../../domain/conversations/delete-conversation.action.js';
import { updateConversation, updateConversationInput } from '../../domain/conversations/update-conversation.action.js';
import { builder } from '../core/builder.js';
import { addMutation, mutation } from '../core/mutation.js';
import { Conversation } from './conversation.type.js';
import { conversationPayload } from './conversation-payload.type.js';

mutation('createConversation', {
  description:
    'Creates a conversation. Where an active one of the channel and contact, or one with the externalId in the same client key, is there already, answers ConversationExistsError, or with ifExists: RETURN that one.',
  permission: 'converse',
  input: createConversationInput,
  errors: [ConversationExistsError],
  payload: builder.objectRef<CreatedConversation>('CreateConversationPayload').implement({
    description: 'The new conversation, or the one that there was.',
    fields: (t) => ({
      conversation: t.field({
        type: Conversation,
        description: 'The conversation.',
        resolve: ({ conversation }) => conversation,
      }),
      created: t.exposeBoolean('created', { description: 'false where it was there already.' }),
    }),
  }),
  resolve: (input, context) => createConversation(context, input),
});

mutation('updateConversation', {
  description: 'Changes a conversation. A status runs the same rules and effects as the mutation of that move.',
  permission: 'write',
  input: updateConversationInput,
  errors: [InvalidTransitionError, ConversationExistsError],
  payload: conversationPayload('UpdateConversation'),
  resolve: async (input, context) => ({ conversation: await updateConversation(context, input) }),
});

const DeleteConversationInput = builder.inputType('DeleteConversationInput', {
  description: 'Which conversation to delete.',
  fields: (t) => ({ conversationId: t.id({ required: true, description: 'Begins with conv_.' }) }),
});

addMutation('deleteConversation', {
  description:
    'Deletes a conversation with its messages, attachments, participants, links, read positions and transfers, and blanks what people wrote in its events. Contact and prospects stay.',
  permission: 'write',
  input: DeleteConversationInput,
  payload: builder.objectRef<DeletedConversation>('DeleteConversationPayload').implement({
    description: 'What was deleted.',
    fields: (t) => ({
      deletedConversationId: t.exposeID('deletedConversationId', { description: 'The conversation that is gone.' }),
      deletedMessageCount: t.exposeInt('deletedMessageCount', { description: 'How many messages went with it.' }),
    }),
  }),
  resolve: (input, context) => deleteConversation(context, input),
});
