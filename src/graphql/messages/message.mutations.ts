import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { contentDescription } from '../../domain/messages/content.js';
import { deleteMessage } from '../../domain/messages/delete-message.action.js';
import { editMessage } from '../../domain/messages/edit-message.action.js';
import { sendMessage } from '../../domain/messages/send-message.action.js';
import { updateMessageStatus } from '../../domain/messages/update-message-status.action.js';
import type { Message as MessageRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { Message, MessageDirection, MessageStatus } from './message.type.js';

function messagePayload(mutationName: string) {
  return builder.objectRef<{ message: MessageRow }>(`${mutationName}Payload`).implement({
    description: 'The message as it is now.',
    fields: (t) => ({
      message: t.field({ type: Message, description: 'The message as it is now.', resolve: ({ message }) => message }),
    }),
  });
}

const SendMessageInput = builder.inputType('SendMessageInput', {
  description: 'A message; text, content or uploadKeys is required.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    text: t.string({ description: 'What it says, at most 64 KB.' }),
    content: t.field({ type: 'JSONObject', description: contentDescription }),
    uploadKeys: t.stringList({
      description: 'Keys of stored uploads to attach, at most 10; the first message that uses one keeps it.',
    }),
    metadata: t.field({ type: 'JSONObject', description: 'At most 16 KB; not from contacts, who do not see it.' }),
    direction: t.field({
      type: MessageDirection,
      description:
        'Left out: OUTBOUND for users, bots and keys, INBOUND for contacts. A channel connector (an API key) relays a customer with INBOUND.',
    }),
    authorId: t.id({
      description:
        'A key may send as a user, a bot, the contact or the system. Left out: the viewer, or the contact for INBOUND.',
    }),
    externalId: t.string({
      description:
        "The channel's own id of it, at most 255 characters: sending it again answers the stored message. Not for contacts.",
    }),
    clientMessageId: t.string({
      description: "The sender's own id of it, at most 255 characters: sending it again answers the stored message.",
    }),
    replyToId: t.id({
      description:
        'The message that it answers, of the same conversation. Not kept where a message to a closed conversation goes into another one.',
    }),
    idempotencyKey: t.string({
      description: 'The same key and input answer the same message for 24 hours; at most 255 characters.',
    }),
  }),
});

mutation('sendMessage', {
  description:
    "Sends a message. A customer's opens a PENDING or SNOOZED conversation; to a CLOSED one it goes into the active one of that channel and contact, or reopens it within channel.reopenWithinSeconds, or begins a new one. What the team sends to a CLOSED one is refused.",
  permission: 'converse',
  input: SendMessageInput,
  errors: [InvalidTransitionError, ConversationExistsError],
  payload: messagePayload('SendMessage'),
  resolve: async (input, context) => ({ message: await sendMessage(context, input) }),
});

const UpdateMessageStatusInput = builder.inputType('UpdateMessageStatusInput', {
  description: 'How far a message has come.',
  fields: (t) => ({
    messageId: t.id({ required: true, description: 'Begins with msg_.' }),
    status: t.field({ type: MessageStatus, required: true, description: 'An equal or lower one changes nothing.' }),
    errorMessage: t.string({ description: 'Why it FAILED, at most 1000 characters.' }),
    participantId: t.id({
      description:
        "Whose copy of it: a participant of the conversation other than the author. Left out: the message's own status.",
    }),
  }),
});

mutation('updateMessageStatus', {
  description:
    "Raises the status of a message: PENDING→SENT→DELIVERED→READ, or FAILED from the first two. With participantId that of this participant's copy, by the same rule; the message's own status then rises to the highest of its copies, and to FAILED once the copy of every customer who is in the conversation and every other copy has failed.",
  permission: 'write',
  input: UpdateMessageStatusInput,
  payload: messagePayload('UpdateMessageStatus'),
  resolve: async (input, context) => ({ message: await updateMessageStatus(context, input) }),
});

const EditMessageInput = builder.inputType('EditMessageInput', {
  description: 'What a message says instead; text or content is required.',
  fields: (t) => ({
    messageId: t.id({ required: true, description: 'Begins with msg_.' }),
    text: t.string({
      description:
        'What it says, at most 64 KB. Left out: as in content. Given alone, it replaces the text or caption in the content; all else there stays.',
    }),
    content: t.field({ type: 'JSONObject', description: contentDescription }),
  }),
});

mutation('editMessage', {
  description:
    'Changes what a message says, also in a closed conversation; its attachments stay. Only its author may, and API keys, OWNER and ADMIN; a deleted message is a ConflictError; what it says already changes nothing.',
  permission: 'converse',
  input: EditMessageInput,
  payload: messagePayload('EditMessage'),
  resolve: async (input, context) => ({ message: await editMessage(context, input) }),
});

const DeleteMessageInput = builder.inputType('DeleteMessageInput', {
  description: 'Which message to delete.',
  fields: (t) => ({ messageId: t.id({ required: true, description: 'Begins with msg_.' }) }),
});

mutation('deleteMessage', {
  description:
    'Clears text, content, metadata and attachments of a message for everyone, also in a closed conversation; its place and number stay. Only its author may, and API keys, OWNER and ADMIN; deleting it again changes nothing.',
  permission: 'converse',
  input: DeleteMessageInput,
  payload: messagePayload('DeleteMessage'),
  resolve: async (input, context) => ({ message: await deleteMessage(context, input) }),
});
