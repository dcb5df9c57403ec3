import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { builder } from '../core/builder.js';
import { ErrorInterface } from '../core/errors.js';
import { Conversation } from './conversation.type.js';
import { ConversationStatus } from './conversation-enums.type.js';

builder.objectType(InvalidTransitionError, {
  name: 'InvalidTransitionError',
  description: "The conversation's status does not allow this.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    from: t.field({ type: ConversationStatus, description: 'The status it has.', resolve: ({ from }) => from }),
    to: t.field({ type: ConversationStatus, description: 'The status that this needs.', resolve: ({ to }) => to }),
  }),
});

builder.objectType(ConversationExistsError, {
  name: 'ConversationExistsError',
  description: 'There already is an active conversation of this channel and contact, or one with this externalId.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    conversation: t.field({
      type: Conversation,
      description: 'The one that there is.',
      resolve: ({ conversation }) => conversation,
    }),
  }),
});
