import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { builder } from '../core/builder.js';
import { ErrorInterface } from '../core/errors.js';
import { Conversation } from './conversation.type.js';
import { ConversationStatus } from './conversation-enums.type.js';

builder.objectType(InvalidTransitionError, {
  name: 'InvalidTransitionError',
  description: "The conversation's status does not allow the mutation.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    from: t.field({
      type: ConversationStatus,
      description: 'The current status of the conversation.',
      resolve: ({ from }) => from,
    }),
    to: t.field({
      type: ConversationStatus,
      description: 'The status that the mutation would have led to.',
      resolve: ({ to }) => to,
    }),
  }),
});

builder.objectType(ConversationExistsError, {
  name: 'ConversationExistsError',
  description:
    'The channel and contact already have an active conversation, or the client key already has one with this externalId.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    conversation: t.field({
      type: Conversation,
      description: 'The existing conversation.',
      resolve: ({ conversation }) => conversation,
    }),
  }),
});
