import { builder } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';

export const ConversationStatus = usableInInputs(
  builder.enumType('ConversationStatus', {
    description:
      'The state of a conversation. Legal transitions: OPEN→PENDING, PENDING→OPEN, OPEN|PENDING→SNOOZED, SNOOZED→SNOOZED (a new time), SNOOZED→OPEN, OPEN|PENDING|SNOOZED→CLOSED, CLOSED→OPEN.',
    values: {
      OPEN: { description: 'Waiting for an answer.' },
      PENDING: { description: 'Waiting for the customer. A message from the customer opens it.' },
      SNOOZED: { description: 'Put off until a time. A message from the customer opens it sooner.' },
      CLOSED: { description: 'Finished. It can be reopened.' },
    } as const,
  }),
);

export const Priority = usableInInputs(
  builder.enumType('Priority', {
    description: 'How urgent a conversation is. The order is LOW, NORMAL, HIGH, URGENT, from lowest to highest.',
    values: {
      LOW: { description: 'Can wait.' },
      NORMAL: { description: 'The default.' },
      HIGH: { description: 'Comes before NORMAL.' },
      URGENT: { description: 'Needs an answer immediately.' },
    } as const,
  }),
);

export const Resolution = usableInInputs(
  builder.enumType('Resolution', {
    description: 'How a conversation ended.',
    values: {
      RESOLVED: { description: 'The matter was settled.' },
      UNRESOLVED: { description: 'The matter was not settled.' },
      SPAM: { description: 'It was not a real request.' },
      EXPIRED: { description: 'The conversation reached its `expiresAt`.' },
      FAILED: { description: 'A bot or another program failed.' },
      SWITCHED: { description: 'The conversation was continued elsewhere, for example with another bot.' },
    } as const,
  }),
);

usableInInputs(
  builder.enumType('IfExists', {
    description: 'What to do if the conversation already exists.',
    values: {
      ERROR: { description: 'Return ConversationExistsError.' },
      RETURN: { description: 'Return the existing one with `created: false`; a message is added to it.' },
    } as const,
  }),
);
