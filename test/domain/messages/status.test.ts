import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advances } from '../../../src/domain/messages/message-status.js';
import { MessageStatus } from '../../../src/generated/prisma/enums.js';

const anyStatus = constantFrom(...Object.values(MessageStatus));

/** As the design writes it down, apart from the program's own ranks. */
const legal = [
  'PENDING→SENT',
  'PENDING→DELIVERED',
  'PENDING→READ',
  'PENDING→FAILED',
  'SENT→DELIVERED',
  'SENT→READ',
  'SENT→FAILED',
  'DELIVERED→READ',
];

const inTurn = (from: MessageStatus, receipts: MessageStatus[]): MessageStatus =>
  receipts.reduce((status, receipt) => (advances(status, receipt) ? receipt : status), from);

describe('the status of a message', () => {
  it('changes by exactly the designed transitions', () =>
    assert(property(anyStatus, anyStatus, (from, to) => advances(from, to) === legal.includes(`${from}→${to}`))));

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

  it('does not depend on the order of receipts that do not fail', () => {
    const receipt = constantFrom<MessageStatus>('PENDING', 'SENT', 'DELIVERED', 'READ');
    return assert(
      property(array(receipt), (receipts) => {
        expect(inTurn('PENDING', [...receipts].reverse())).toBe(inTurn('PENDING', receipts));
      }),
    );
  });
});
