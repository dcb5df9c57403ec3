import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { deleteMessage, deleteMessageInput } from '../../domain/messages/delete-message.action.js';
import { editMessage, editMessageInput } from '../../domain/messages/edit-message.action.js';
import { sendMessage, sendMessageInput } from '../../domain/messages/send-message.action.js';
import { updateMessageStatus, updateMessageStatusInput } from '../../domain/messages/update-message-status.action.js';
import { mutation } from '../core/mutation.js';
import { payload } from '../core/payload.js';
import { Message } from './message.type.js';

mutation('sendMessage', {
  description:
    "Sends a message. A customer's opens a PENDING or SNOOZED conversation; to a CLOSED one it goes into the active one of that channel and contact, or reopens it within channel.reopenWithinSeconds, or begins a new one. What the team sends to a CLOSED one is refused.",
  permission: 'converse',
  input: sendMessageInput,
  errors: [InvalidTransitionError, ConversationExistsError],
  payload: payload('SendMessage', 'message', Message, 'The message after the mutation.'),
  resolve: async (input, context) => ({ message: await sendMessage(context, input) }),
});

mutation('updateMessageStatus', {
  description:
    "Raises the status of a message: PENDING→SENT→DELIVERED→READ, or FAILED from the first two. With participantId that of this participant's copy, by the same rule; the message's own status then rises to the highest of its copies, and to FAILED once the copy of every customer who is in the conversation and every other copy has failed.",
  permission: 'write',
  input: updateMessageStatusInput,
  payload: payload('UpdateMessageStatus', 'message', Message, 'The message after the mutation.'),
  resolve: async (input, context) => ({ message: await updateMessageStatus(context, input) }),
});

mutation('editMessage', {
  description:
    'Changes what a message says, also in a closed conversation; its attachments stay. Only its author may, and API keys, OWNER and ADMIN; a deleted message is a ConflictError; what it says already changes nothing.',
  permission: 'converse',
  input: editMessageInput,
  payload: payload('EditMessage', 'message', Message, 'The message after the mutation.'),
  resolve: async (input, context) => ({ message: await editMessage(context, input) }),
});

mutation('deleteMessage', {
  description:
    'Clears text, content, metadata and attachments of a message for everyone, also in a closed conversation; its place and number stay. Only its author may, and API keys, OWNER and ADMIN; deleting it again changes nothing.',
  permission: 'converse',
  input: deleteMessageInput,
  payload: payload('DeleteMessage', 'message', Message, 'The message after the mutation.'),
  resolve: async (input, context) => ({ message: await deleteMessage(context, input) }),
});
