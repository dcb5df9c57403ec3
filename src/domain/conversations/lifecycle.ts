import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { InvalidTransitionError } from './conversation-errors.js';

/** The one table of legal moves. SNOOZED to SNOOZED is a new time. */
const legalMoves: Record<ConversationStatus, readonly ConversationStatus[]> = {
  OPEN: ['PENDING', 'SNOOZED', 'CLOSED'],
  PENDING: ['OPEN', 'SNOOZED', 'CLOSED'],
  SNOOZED: ['SNOOZED', 'OPEN', 'CLOSED'],
  CLOSED: ['OPEN'],
};

/** Throws an InvalidTransitionError where a conversation may not go from one status to the other. */
export function assertMove(from: ConversationStatus, to: ConversationStatus): void {
  if (!legalMoves[from].includes(to)) throw new InvalidTransitionError(from, to);
}

/** Throws an InvalidTransitionError where something needs a conversation that is not closed. */
export function assertActive(status: ConversationStatus, what: string): void {
  if (status === 'CLOSED') {
    throw new InvalidTransitionError('CLOSED', 'OPEN', `A closed conversation cannot be ${what}. Reopen it first.`);
  }
}
