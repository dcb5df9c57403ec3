import { array, assert, constant, constantFrom, property, shuffledSubarray, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advances } from '../../../src/domain/messages/message-status.js';
import { MessageStatus } from '../../../src/generated/prisma/enums.js';

const anyStatus = constantFrom(...Object.values(MessageStatus));

/** The status after each receipt, written out apart from the program's own ranks. */
const after: Record<MessageStatus, Record<MessageStatus, MessageStatus>> = {
  PENDING: { PENDING: 'PENDING', SENT: 'SENT', FAILED: 'FAILED', DELIVERED: 'DELIVERED', READ: 'READ' },
  SENT: { PENDING: 'SENT', SENT: 'SENT', FAILED: 'FAILED', DELIVERED: 'DELIVERED', READ: 'READ' },
  FAILED: { PENDING: 'FAILED', SENT: 'FAILED', FAILED: 'FAILED', DELIVERED: 'DELIVERED', READ: 'READ' },
  DELIVERED: { PENDING: 'DELIVERED', SENT: 'DELIVERED', FAILED: 'DELIVERED', DELIVERED: 'DELIVERED', READ: 'READ' },
  READ: { PENDING: 'READ', SENT: 'READ', FAILED: 'READ', DELIVERED: 'READ', READ: 'READ' },
};

const inTurn = (from: MessageStatus, receipts: MessageStatus[]): MessageStatus =>
  receipts.reduce((status, receipt) => (advances(status, receipt) ? receipt : status), from);

describe('the status of a message', () => {
  it('changes by exactly the designed transitions', () => {
    for (const from of Object.values(MessageStatus)) {
      for (const to of Object.values(MessageStatus))
        expect([from, to, inTurn(from, [to])]).toEqual([from, to, after[from][to]]);
    }
  });

  it('never returns to an earlier status, whatever receipts arrive in whatever order', () =>
    assert(
      property(anyStatus, array(anyStatus), (from, receipts) => {
        const seen = [from];
        for (const receipt of receipts) {
          const status = seen.at(-1) ?? from;
          if (advances(status, receipt)) seen.push(receipt);
        }
        expect(new Set(seen).size).toBe(seen.length);
      }),
    ));

  it('is unaffected by repeated receipts', () =>
    assert(
      property(anyStatus, array(anyStatus), (from, receipts) => {
        expect(inTurn(from, [...receipts, ...receipts])).toBe(inTurn(from, receipts));
      }),
    ));

  it('does not depend on the order of receipts', () => {
    const shuffled = array(anyStatus).chain((receipts) =>
      tuple(constant(receipts), shuffledSubarray(receipts, { minLength: receipts.length })),
    );
    return assert(
      property(anyStatus, shuffled, (from, [receipts, inOtherOrder]) => {
        expect(inTurn(from, inOtherOrder)).toBe(inTurn(from, receipts));
      }),
    );
  });
});
