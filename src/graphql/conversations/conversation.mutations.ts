import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { type CreatedConversation, createConversation } from '../../domain/conversations/create-conversation.action.js';
import { type DeletedConversation, deleteConversation } from '../../domain/conversations/delete-conversation.action.js';
import { updateConversation } from '../../domain/conversations/update-conversation.action.js';
import { builder } from '../core/builder.js';
import { MetadataMode } from '../core/metadata-mode.js';
import { mutation } from '../core/mutation.js';
import { ClientKey } from './client-key.type.js';
import { Conversation } from './conversation.type.js';
import { ConversationStatus, Priority } from './conversation-enums.type.js';
import { conversationPayload } from './conversation-payload.type.js';
import { CreateConversationInput } from './create-conversation.type.js';

mutation('createConversation', {
  description:
    'Creates a conversation. Where an active one of the channel and contact, or one with the externalId in the same client key, is there already, answers ConversationExistsError, or with ifExists: RETURN that one.',
  permission: 'converse',
  input: CreateConversationInput,
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

const UpdateConversationInput = builder.inputType('UpdateConversationInput', {
  description: 'Changes to a conversation; what is left out stays. null clears subject, flowId, stepId and expiresAt.',
  fields: (t) => ({
    conversationId: t.id({
      required: true,
      description: 'Begins with conv_; with `client`: the externalId within it.',
    }),
    client: t.field({ type: ClientKey, description: 'The client key that it was made with.' }),
    subject: t.string({ description: 'At most 500 characters.' }),
    status: t.field({
      type: ConversationStatus,
      description: 'A move by the same rules as the mutations of its own; the present status changes nothing.',
    }),
    priority: t.field({ type: Priority, description: 'How urgent it is.' }),
    tags: t.stringList({ description: 'Replaces the tags: at most 50 of at most 64 characters.' }),
    metadata: t.field({ type: 'JSONObject', description: 'At most 16 KB, also when merged.' }),
    metadataMode: t.field({
      type: MetadataMode,
      required: true,
      defaultValue: 'MERGE',
      description: 'What becomes of the metadata that is there.',
    }),
    flowId: t.string({ description: "The bot's flow, at most 255 characters." }),
    stepId: t.string({ description: 'The step in the flow, at most 255 characters.' }),
    touchLastInteraction: t.boolean({ description: 'Sets lastInteractionAt to now (CSML); logs nothing.' }),
    botActive: t.boolean({ description: 'Whether the bot answers; true needs a bot.' }),
    snoozedUntil: t.field({ type: 'DateTime', description: 'Later than now; required with status SNOOZED.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it closes by itself; later than now.' }),
    expectedVersion: t.int({ description: 'Refuses with ConflictError where the conversation has another version.' }),
  }),
});

mutation('updateConversation', {
  description: 'Changes a conversation. A status runs the same rules and effects as the mutation of that move.',
  permission: 'write',
  input: UpdateConversationInput,
  errors: [InvalidTransitionError, ConversationExistsError],
  payload: conversationPayload('UpdateConversation'),
  resolve: async (input, context) => ({ conversation: await updateConversation(context, input) }),
});

const DeleteConversationInput = builder.inputType('DeleteConversationInput', {
  description: 'Which conversation to delete.',
  fields: (t) => ({ conversationId: t.id({ required: true, description: 'Begins with conv_.' }) }),
});

mutation('deleteConversation', {
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
