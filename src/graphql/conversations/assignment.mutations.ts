import { assignConversation } from '../../domain/conversations/assign-conversation.action.js';
import { InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { markConversationRead } from '../../domain/conversations/mark-conversation-read.action.js';
import { transferConversation } from '../../domain/conversations/transfer-conversation.action.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { conversationPayload } from './conversation-payload.type.js';

const versionDescription = 'Refuses with ConflictError where the conversation has another version.';

const AssignConversationInput = builder.inputType('AssignConversationInput', {
  description: 'Who should answer a conversation.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    assigneeId: t.id({
      description: "Must be given: a user's or a bot's id, or null to take the assignee off.",
    }),
    note: t.string({ description: 'Kept with the assignment, at most 1000 characters.' }),
    expectedVersion: t.int({ description: versionDescription }),
  }),
});

addMutation('assignConversation', {
  description:
    'Assigns a conversation to a user or bot, or takes the assignee off. A bot becomes its active bot; a user takes over from the bot. The same assignee as now changes nothing.',
  permission: 'write',
  input: AssignConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('AssignConversation'),
  resolve: async (input, context) => ({ conversation: await assignConversation(context, input) }),
});

const TransferConversationInput = builder.inputType('TransferConversationInput', {
  description: 'To whom to hand a conversation over.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    toAssigneeId: t.id({ required: true, description: 'A user or bot other than the present assignee.' }),
    reason: t.string({ description: 'Why, at most 1000 characters.' }),
    summary: t.string({ description: 'What the next one should know, at most 10 000 characters.' }),
    notifyContact: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Adds a system message that says who answers now.',
    }),
    expectedVersion: t.int({ description: versionDescription }),
  }),
});

addMutation('transferConversation', {
  description: 'Hands a conversation over to another assignee, and keeps from, to, reason and summary for ever.',
  permission: 'write',
  input: TransferConversationInput,
  errors: [InvalidTransitionError],
  payload: conversationPayload('TransferConversation'),
  resolve: async (input, context) => ({ conversation: await transferConversation(context, input) }),
});

const MarkConversationReadInput = builder.inputType('MarkConversationReadInput', {
  description: 'How far the viewer has read.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    upToSeq: t.int({ description: 'The number of the last message read; left out: all.' }),
    upToMessageId: t.id({ description: 'The last message read; not with upToSeq.' }),
  }),
});

addMutation('markConversationRead', {
  description: "Raises the viewer's read position, and the team's with it; it never falls.",
  permission: 'markRead',
  input: MarkConversationReadInput,
  payload: conversationPayload('MarkConversationRead'),
  resolve: async (input, context) => ({ conversation: await markConversationRead(context, input) }),
});
