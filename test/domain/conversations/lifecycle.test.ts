import { assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidTransitionError } from '../../../src/domain/conversations/conversation-errors.js';
import {
  assertActive,
  assertTransition,
  close,
  open,
  pend,
  snooze,
  type Transition,
} from '../../../src/domain/conversations/status-transitions.js';
import { legalMoves, type Status, statuses } from './support/legal-moves.js';

const anyStatus = constantFrom(...statuses);
const now = new Date('2026-03-01T12:00:00.000Z');
const until = new Date('2026-03-02T12:00:00.000Z');
const id = '01890a5d-ac96-774b-bcce-b302099a8058';
const by = { type: 'USER', id: '01890a5d-ac96-774b-bcce-b302099a8057' } as const;

const moveTo: Record<Status, (from: Status) => Transition> = {
  OPEN: (status) => open({ id, status }, by, now),
  PENDING: (status) => pend({ id, status }),
  SNOOZED: (status) => snooze({ id, status }, until),
  CLOSED: (status) => close({ id, status }, by, now, { reason: 'Done' }),
};

function refusal(attempt: () => unknown): unknown {
  try {
    attempt();
  } catch (error) {
    return error;
  }
  return null;
}

describe('the conversation lifecycle', () => {
  it('allows exactly the transitions of the table and names both ends of a refused one', () =>
    assert(
      property(anyStatus, anyStatus, (from, to) => {
        const error = refusal(() => assertTransition({ id, status: from }, to));
        if (legalMoves.includes(`${from}→${to}`)) expect(error).toBeNull();
        else {
          expect(error).toBeInstanceOf(InvalidTransitionError);
          expect(error).toMatchObject({ code: 'INVALID_TRANSITION', conversationId: id, from, to });
        }
      }),
    ));

  it('keeps the columns of every transition consistent with its status', () =>
    assert(
      property(anyStatus, anyStatus, (from, to) => {
        if (!legalMoves.includes(`${from}→${to}`)) {
          expect(refusal(() => moveTo[to](from))).toBeInstanceOf(InvalidTransitionError);
          return;
        }
        const { changes } = moveTo[to](from);
        expect(changes.status).toBe(to);
        if (to === 'SNOOZED') expect(changes.snoozedUntil).toEqual(until);
        if (from === 'SNOOZED' && to !== 'SNOOZED') expect(changes.snoozedUntil).toBeNull();
        if (to === 'CLOSED') expect(changes).toMatchObject({ closedAt: now, closedById: by.id, closureReason: 'Done' });
        if (from === 'CLOSED') {
          expect(changes).toMatchObject({ closedAt: null, closedByType: null, closedById: null, reopenedAt: now });
          expect(changes).toMatchObject({ closureReason: null, resolution: null, closureNotes: null });
        }
      }),
    ));

  it('logs every transition as an event of its own', () => {
    const typeOf = (from: Status, to: Status) => moveTo[to](from).event.type;
    expect(typeOf('OPEN', 'PENDING')).toBe('conversation.updated');
    expect(typeOf('PENDING', 'OPEN')).toBe('conversation.updated');
    expect(typeOf('OPEN', 'SNOOZED')).toBe('conversation.snoozed');
    expect(typeOf('SNOOZED', 'SNOOZED')).toBe('conversation.snoozed');
    expect(typeOf('SNOOZED', 'OPEN')).toBe('conversation.woken');
    expect(typeOf('CLOSED', 'OPEN')).toBe('conversation.reopened');
    expect(typeOf('SNOOZED', 'CLOSED')).toBe('conversation.closed');
  });

  it('refuses what needs an active conversation only on a closed one', () =>
    assert(
      property(anyStatus, (status) => {
        const error = refusal(() => assertActive({ id, status }, 'assigned'));
        if (status === 'CLOSED') expect(error).toMatchObject({ from: 'CLOSED', to: 'OPEN' });
        else expect(error).toBeNull();
      }),
    ));
});
