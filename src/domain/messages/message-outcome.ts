import type { Outcome } from '../../unit-of-work/outcome.js';
import { lockMessage, type MessageInConversation } from './message.sql.js';

/** The outcome of an action that returns a message with its conversation. */
export const messageOutcome: Outcome<MessageInConversation, { id: string }> = {
  keep: ({ message: { id } }) => ({ id }),
  resume: (work, { id }) => lockMessage(work, id),
};
