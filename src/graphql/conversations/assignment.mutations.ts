import { assignConversation, assignConversationInput } from '../../domain/conversations/assign-conversation.action.js';
import { InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import {
  markConversationRead,
  markConversationReadInput,
} from '../../domain/conversations/mark-conversation-read.action.js';
import {
  transferConversation,
  transferConversationInput,
} from '../../domain/conversations/transfer-conversation.action.js';
import { mutation } from '../core/mutation.js';
import { conversationPayload } from './conversation.type.js';

mutation('assignConversation', {
  description:
    "Assigns a conversation to a user or bot, or unassigns it. A bot becomes the conversation's active bot; a user takes over from the bot. Assigning the current assignee again changes nothing.",
  permission: 'write',
  input: assignConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('AssignConversation'),
  resolve: async (input, context) => ({ conversation: await assignConversation(context, input) }),
});

mutation('transferConversation', {
  description:
    'Transfers a conversation to another assignee, and keeps a permanent record of both assignees, the reason and the summary.',
  permission: 'write',
  input: transferConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('TransferConversation'),
  resolve: async (input, context) => ({ conversation: await transferConversation(context, input) }),
});

mutation('markConversationRead', {
  description: "Advances the viewer's read position, and the team's with it. Read positions never move back.",
  permission: 'markRead',
  input: markConversationReadInput,
  payload: conversationPayload('MarkConversationRead'),
  resolve: async (input, context) => ({ conversation: await markConversationRead(context, input) }),
});
