import { builder } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';

export const ConversationStatus = usableInInputs(
  builder.enumType('ConversationStatus', {
    description:
      'Where a conversation is in its life. Legal moves: OPEN→PENDING, PENDING→OPEN, OPEN|PENDING→SNOOZED, SNOOZED→SNOOZED (a new time), SNOOZED→OPEN, OPEN|PENDING|SNOOZED→CLOSED, CLOSED→OPEN.',
    values: {
      OPEN: { description: 'Someone should answer.' },
      PENDING: { description: 'Waiting for the customer; a message of theirs opens it.' },
      SNOOZED: { description: 'Put off until a time; a message of the customer opens it sooner.' },
      CLOSED: { description: 'Done, until it is reopened.' },
    } as const,
  }),
);

export const Priority = usableInInputs(
  builder.enumType('Priority', {
    description: 'How urgent a conversation is; PRIORITY sorts LOW below NORMAL below HIGH below URGENT.',
    values: {
      LOW: { description: 'When there is time.' },
      NORMAL: { description: 'The default.' },
      HIGH: { description: 'Before the others.' },
      URGENT: { description: 'Now.' },
    } as const,
  }),
);

export const Resolution = usableInInputs(
  builder.enumType('Resolution', {
    description: 'How a conversation ended.',
    values: {
      RESOLVED: { description: 'The matter is settled.' },
      UNRESOLVED: { description: 'The matter is not settled.' },
      SPAM: { description: 'It was not a real request.' },
      EXPIRED: { description: 'Its time to live ran out (CSML).' },
      FAILED: { description: 'A program failed (CSML).' },
      SWITCHED: { description: 'It went on elsewhere, as with another bot (CSML).' },
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
