import type { NewEvent } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { ConversationStatus, Resolution } from '../../generated/prisma/enums.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import type { ConversationChanges } from './conversation.sql.js';
import { InvalidTransitionError } from './conversation-errors.js';

/** The legal transitions. SNOOZED to SNOOZED sets a new time. */
const legalTransitions: Record<ConversationStatus, readonly ConversationStatus[]> = {
  OPEN: ['PENDING', 'SNOOZED', 'CLOSED'],
  PENDING: ['OPEN', 'SNOOZED', 'CLOSED'],
  SNOOZED: ['SNOOZED', 'OPEN', 'CLOSED'],
  CLOSED: ['OPEN'],
};

type From = Pick<Conversation, 'id' | 'status'>;

/** Throws InvalidTransitionError unless a conversation may go from its status to the other. */
export function assertTransition({ id, status }: From, to: ConversationStatus): void {
  if (!legalTransitions[status].includes(to)) throw new InvalidTransitionError(id, status, to);
}

/** Throws InvalidTransitionError if a conversation is closed; `what` says what cannot be done, such as 'assigned'. */
export function assertActive({ id, status }: From, what: string): void {
  if (status === 'CLOSED') {
    throw new InvalidTransitionError(id, 'CLOSED', 'OPEN', `A closed conversation cannot be ${what}. Reopen it first.`);
  }
}

/** What a transition writes to the conversation's row, and the event that records it. */
export type Transition = { changes: ConversationChanges; event: NewEvent };

export type ClosureDetails = {
  reason?: string | undefined;
  resolution?: Resolution | undefined;
  notes?: string | undefined;
};

/** Closes a conversation. Throws InvalidTransitionError if it is already closed. */
export function close(row: From, by: ActorRef | SystemRef, now: Date, details: ClosureDetails = {}): Transition {
  assertTransition(row, 'CLOSED');
  const { reason = null, resolution = null, notes = null } = details;
  return {
    changes: {
      status: 'CLOSED',
      closedAt: now,
      closedByType: by.type,
      closedById: by.id,
      closureReason: reason,
      resolution,
      closureNotes: notes,
      snoozedUntil: null,
    },
    event: { type: 'conversation.closed', payload: { reason, resolution, notes } },
  };
}

/** Opens a conversation: reopens a closed one, wakes a snoozed one, opens a pending one. Throws InvalidTransitionError. */
export function open(row: From, by: ActorRef | SystemRef, now: Date): Transition {
  assertTransition(row, 'OPEN');
  if (row.status === 'SNOOZED') {
    return { changes: { status: 'OPEN', snoozedUntil: null }, event: { type: 'conversation.woken', payload: {} } };
  }
  if (row.status === 'PENDING') return { changes: { status: 'OPEN' }, event: statusUpdated('PENDING', 'OPEN') };
  return {
    changes: {
      status: 'OPEN',
      closedAt: null,
      closedByType: null,
      closedById: null,
      closureReason: null,
      resolution: null,
      closureNotes: null,
      reopenedAt: now,
      reopenedByType: by.type,
      reopenedById: by.id,
    },
    event: { type: 'conversation.reopened', payload: {} },
  };
}

/** Snoozes a conversation until a time. Throws InvalidTransitionError if it is closed. */
export function snooze(row: From, until: Date): Transition {
  assertTransition(row, 'SNOOZED');
  return {
    changes: { status: 'SNOOZED', snoozedUntil: until },
    event: { type: 'conversation.snoozed', payload: { until: until.toISOString() } },
  };
}

/** Makes an open conversation wait for the customer. Throws InvalidTransitionError. */
export function pend(row: From): Transition {
  assertTransition(row, 'PENDING');
  return { changes: { status: 'PENDING' }, event: statusUpdated(row.status, 'PENDING') };
}

function statusUpdated(from: string, to: string): NewEvent {
  return { type: 'conversation.updated', payload: { changes: [{ field: 'status', from, to }] } };
}
