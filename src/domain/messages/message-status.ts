import type { MessageStatus } from '../../generated/prisma/enums.js';

/**
 * The order of the statuses. FAILED is below what proves that the message arrived, so that receipts have the same outcome
 * in whatever order they come in: a channel may report a failure of one attempt and then the success of another.
 */
const rank: Record<MessageStatus, number> = { PENDING: 0, SENT: 1, FAILED: 2, DELIVERED: 3, READ: 4 };

/** Whether a status may change from one value to the other: it only advances. */
export function advances(from: MessageStatus, to: MessageStatus): boolean {
  return rank[to] > rank[from];
}

/** The status of a message by those of its copies: the most advanced one; FAILED only if all copies have failed. */
export function combinedStatus(copies: readonly MessageStatus[]): MessageStatus {
  const others = copies.filter((status) => status !== 'FAILED');
  return (
    others.reduce<MessageStatus | null>(
      (best, status) => (best === null || advances(best, status) ? status : best),
      null,
    ) ?? 'FAILED'
  );
}
