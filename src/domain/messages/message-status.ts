import type { MessageStatus } from '../../generated/prisma/enums.js';

const rank: Record<Exclude<MessageStatus, 'FAILED'>, number> = { PENDING: 0, SENT: 1, DELIVERED: 2, READ: 3 };

/** Whether a status may change from one value to the other: it only advances, and only PENDING and SENT can fail. */
export function advances(from: MessageStatus, to: MessageStatus): boolean {
  if (from === 'FAILED') return false;
  if (to === 'FAILED') return rank[from] <= rank.SENT;
  return rank[to] > rank[from];
}

/** The status of a message by those of its copies: the most advanced one; FAILED only if all copies have failed. */
export function combinedStatus(copies: readonly MessageStatus[]): MessageStatus {
  return copies.reduce(
    (best, status) => (best === 'FAILED' || (advances(best, status) && status !== 'FAILED') ? status : best),
    'FAILED',
  );
}
