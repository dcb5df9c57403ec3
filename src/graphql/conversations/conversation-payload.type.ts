import type { Conversation as ConversationRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { Conversation } from './conversation.type.js';

/** A payload that holds the conversation as it is after the mutation. */
export function conversationPayload(mutationName: string) {
  return builder.objectRef<{ conversation: ConversationRow }>(`${mutationName}Payload`).implement({
    description: 'The conversation as it is now.',
    fields: (t) => ({
      conversation: t.field({
        type: Conversation,
        description: 'The conversation as it is now.',
        resolve: ({ conversation }) => conversation,
      }),
    }),
  });
}
