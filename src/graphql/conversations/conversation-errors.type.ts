import { ConversationExistsError, InvalidTransitionError } from '../../domain/conversations/conversation-errors.js';
import { ConflictError } from '../../lib/errors.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { ErrorInterface } from '../core/errors.js';
import { findConversation } from './conversation.loader.js';
import { Conversation } from './conversation.type.js';
import { ConversationStatus } from './conversation-enums.type.js';

/** The conversation that an error is about, as it is now; null if it is about none, or the viewer may not see it. */
async function subjectOf({ conversationId }: { conversationId: string | null }, _args: object, context: Context) {
  return conversationId === null ? null : findConversation(context, conversationId);
}

builder.objectField(ConflictError, 'conversation', (t) =>
  t.field({
    type: Conversation,
    nullable: true,
    description:
      'The conversation whose state the input conflicts with, as it is now; null if it conflicts with something else, or the viewer may not see it. Needs an alias where the `conversation` of a payload is selected too.',
    resolve: subjectOf,
  }),
);

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
    conversation: t.field({
      type: Conversation,
      nullable: true,
      description:
        'The conversation as it is now; null if it was deleted meanwhile, or the viewer may not see it any more. Needs an alias where the `conversation` of a payload is selected too.',
      resolve: subjectOf,
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
