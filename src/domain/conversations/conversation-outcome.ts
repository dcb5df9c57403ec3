import { z } from 'zod';
import { ConversationStatus } from '../../generated/prisma/enums.js';
import { keepFailures } from '../../unit-of-work/kept-failure.js';
import { rowOutcome } from '../../unit-of-work/outcome.js';
import { lockConversation } from './conversation.sql.js';
import { ConversationExistsError, InvalidTransitionError } from './conversation-errors.js';

/** The outcome of an action that returns a conversation. */
export const conversationOutcome = rowOutcome(lockConversation);

const transition = z.object({
  conversationId: z.string().nullish(),
  from: z.enum(ConversationStatus),
  to: z.enum(ConversationStatus),
});
const reference = z.object({ id: z.string() });

keepFailures('INVALID_TRANSITION', {
  is: (error) => error instanceof InvalidTransitionError,
  details: ({ conversationId, from, to }) => ({ conversationId, from, to }),
  revive: (_work, message, details) => {
    const { conversationId = null, from, to } = transition.parse(details);
    return new InvalidTransitionError(conversationId, from, to, message);
  },
});

keepFailures('CONVERSATION_EXISTS', {
  is: (error) => error instanceof ConversationExistsError,
  details: ({ conversation }) => ({ id: conversation.id }),
  revive: async (work, _message, details) =>
    new ConversationExistsError(await lockConversation(work, reference.parse(details).id)),
});
