import type { MessageStatus } from '../../generated/prisma/enums.js';

const rank: Record<Exclude<MessageStatus, 'FAILED'>, number> = { PENDING: 0, SENT: 1, DELIVERED: 2, READ: 3 };

/** Whether a message's status changes from one to the other: it only rises, and fails only from PENDING and SENT. */
export function rises(from: MessageStatus, to: MessageStatus): boolean {
  if (from === 'FAILED') return false;
  if (to === 'FAILED') return rank[from] <= rank.SENT;
  return rank[to] > rank[from];
}

/** How far a message has come by its copies: as far as the one that came furthest; FAILED where all have failed. */
export function furthest(copies: readonly MessageStatus[]): MessageStatus {
  return copies.reduce(
    (best, status) => (best === 'FAILED' || (rises(best, status) && status !== 'FAILED') ? status : best),
    'FAILED',
  );
}
