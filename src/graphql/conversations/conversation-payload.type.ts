import { payload } from '../core/payload.js';
import { Conversation } from './conversation.type.js';

/** The payload of the mutations that return the conversation they changed. */
export const conversationPayload = (mutationName: string) =>
  payload(mutationName, 'conversation', Conversation, 'The conversation after the mutation.');
