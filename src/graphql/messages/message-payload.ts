import type { MessageInConversation } from '../../domain/messages/message.sql.js';
import type { Message as MessageRow } from '../../generated/prisma/client.js';
import { holdConversation } from '../conversations/conversation.loader.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { MessageEdge, messageEdge } from './conversation-messages.js';
import { Message } from './message.type.js';

/** What such a payload is made of. Its conversation can be shown even if another request deletes it now. */
export function shownMessage(context: Context, { message, conversation }: MessageInConversation) {
  holdConversation(context, conversation);
  return { message };
}

/**
 * The payload of a mutation that changes one message. `message` is also a field of every error, with another type:
 * clients could select both only under different names, which Relay's store does not know.
 */
export function messagePayload(mutationName: string) {
  return builder.objectRef<{ message: MessageRow }>(`${mutationName}Payload`).implement({
    description: 'The message after the mutation.',
    fields: (t) => ({
      messageEdge: t.field({
        type: MessageEdge,
        description: 'The message after the mutation, with its cursor in `Conversation.messages`.',
        resolve: ({ message }, _args, context) => messageEdge(message, context),
      }),
      message: t.field({
        type: Message,
        deprecationReason: 'Errors have a `message` too, so this needs an alias beside theirs. Use `messageEdge.node`.',
        description: 'The message after the mutation.',
        resolve: ({ message }) => message,
      }),
    }),
  });
}
