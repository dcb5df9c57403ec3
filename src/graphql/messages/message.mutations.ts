import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { deleteMessage, deleteMessageInput } from '../../domain/messages/delete-message.action.js';
import { editMessage, editMessageInput } from '../../domain/messages/edit-message.action.js';
import { sendMessage, sendMessageInput } from '../../domain/messages/send-message.action.js';
import { updateMessageStatus, updateMessageStatusInput } from '../../domain/messages/update-message-status.action.js';
import type { Message as MessageRow } from '../../generated/prisma/client.js';
import { actorOf } from '../../lib/actor-ref.js';
import type { Context } from '../core/context.js';
import { mutation } from '../core/mutation.js';
import { messagePayload, shownMessage } from './message-payload.js';

mutation('sendMessage', {
  description:
    "Sends a message. A customer's message opens a conversation that is PENDING or SNOOZED. If the conversation is CLOSED, a customer's message goes to the active conversation of the same channel and contact; if there is none, it reopens the closed one within channel.reopenWithinSeconds, and otherwise starts a new one. The team cannot send public messages to a CLOSED conversation. With visibility INTERNAL, adds a note to the conversation as it is, which has no other effect.",
  permission: 'converse',
  input: sendMessageInput,
  errors: [InvalidTransitionError, ConversationExistsError],
  payload: messagePayload('SendMessage'),
  resolve: async (input, context) => {
    const sent = await sendMessage(context, input);
    endTypingElsewhere(context, input.conversationId, sent.message);
    return shownMessage(context, sent);
  },
});

/** The log ends the author's typing where the message is; this does where it was typed, if the message went elsewhere. */
function endTypingElsewhere({ live, clock }: Context, typedIn: string, message: MessageRow): void {
  const author = actorOf(message.authorType, message.authorId);
  if (message.conversationId === typedIn || author.type === 'SYSTEM') return;
  live.typing.signal(message.workspaceId, { conversationId: typedIn, actor: author, typing: false, at: clock() });
}

mutation('updateMessageStatus', {
  description:
    "Advances the status of a message: PENDING→SENT→DELIVERED→READ, or FAILED from PENDING and SENT; what is reported DELIVERED or READ later has not failed. With participantId, advances the status of this participant's copy by the same rule. The message then takes the most advanced status of its copies; it becomes FAILED only when all copies have failed, where a customer in the conversation without a report counts as PENDING.",
  permission: 'write',
  input: updateMessageStatusInput,
  payload: messagePayload('UpdateMessageStatus'),
  resolve: async (input, context) => shownMessage(context, await updateMessageStatus(context, input)),
});

mutation('editMessage', {
  description:
    'Changes the text or content of a message, even in a closed conversation; its attachments stay, and its visibility. Of a note also whom it mentions. Allowed for its author, API keys of the workspace, and users with the role OWNER or ADMIN. ConflictError if the message is deleted. Text and content that the message already has change nothing.',
  permission: 'converse',
  input: editMessageInput,
  payload: messagePayload('EditMessage'),
  resolve: async (input, context) => shownMessage(context, await editMessage(context, input)),
});

mutation('deleteMessage', {
  description:
    "Clears the text, content, metadata, mentions and attachments of a message for everyone, even in a closed conversation; the message itself and its `seq` stay. It no longer counts as unread, and is no longer the conversation's `lastMessage`. Allowed for its author, API keys of the workspace, and users with the role OWNER or ADMIN. Deleting it again changes nothing.",
  permission: 'converse',
  input: deleteMessageInput,
  payload: messagePayload('DeleteMessage'),
  resolve: async (input, context) => shownMessage(context, await deleteMessage(context, input)),
});
