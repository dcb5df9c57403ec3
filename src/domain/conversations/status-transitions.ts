import type { NewEvent } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { Resolution } from '../../generated/prisma/enums.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import type { ConversationChanges } from './conversation.sql.js';
import { assertMove } from './lifecycle.js';

/** What a move writes to the conversation's row, and the event that tells of it. */
export type Move = { changes: ConversationChanges; event: NewEvent };

export type ClosureDetails = {
  reason?: string | undefined;
  resolution?: Resolution | undefined;
  notes?: string | undefined;
};

type From = Pick<Conversation, 'status'>;

/** Closes an active conversation. Throws InvalidTransitionError, as all moves do, where the lifecycle forbids it. */
export function close(row: From, by: ActorRef | SystemRef, now: Date, details: ClosureDetails = {}): Move {
  assertMove(row.status, 'CLOSED');
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

/** Opens a conversation: reopens a closed one, wakes a snoozed one, or ends the waiting of a pending one. */
export function open(row: From, by: ActorRef | SystemRef, now: Date): Move {
  assertMove(row.status, 'OPEN');
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

/** Puts an active conversation off until a time. */
export function snooze(row: From, until: Date): Move {
  assertMove(row.status, 'SNOOZED');
  return {
    changes: { status: 'SNOOZED', snoozedUntil: until },
    event: { type: 'conversation.snoozed', payload: { until: until.toISOString() } },
  };
}

/** Lets an open conversation wait for the customer. */
export function pend(row: From): Move {
  assertMove(row.status, 'PENDING');
  return { changes: { status: 'PENDING' }, event: statusUpdated(row.status, 'PENDING') };
}

function statusUpdated(from: string, to: string): NewEvent {
  return { type: 'conversation.updated', payload: { changes: [{ field: 'status', from, to }] } };
}
