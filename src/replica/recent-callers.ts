/** Remembers who has lately seen the primary, and so may have seen more than a replica shows. */
export type RecentCallers = {
  /** Notes that a caller has just seen what the primary shows. */
  saw: (callerId: string) => void;
  /** Whether a caller may have seen more than what was committed before a time. */
  mayHaveSeenMore: (callerId: string, coveredUntil: number) => boolean;
};

const MAX_CALLERS = 100_000;

/**
 * Creates the memory of a process. It holds the callers since the replica last caught up; of those that are too many, it
 * knows the time only. Times are those of `now`.
 */
export function createRecentCallers(now: () => number = () => performance.now()): RecentCallers {
  /** When each was last seen, the longest ago first. */
  const seen = new Map<string, number>();
  let forgottenAt = Number.NEGATIVE_INFINITY;

  function forgetUntil(time: number): void {
    for (const [callerId, at] of seen) {
      if (at > time) return;
      seen.delete(callerId);
    }
  }

  return {
    saw: (callerId) => {
      seen.delete(callerId);
      seen.set(callerId, now());
      const [oldest] = seen;
      if (seen.size <= MAX_CALLERS || !oldest) return;
      seen.delete(oldest[0]);
      forgottenAt = oldest[1];
    },
    mayHaveSeenMore: (callerId, coveredUntil) => {
      forgetUntil(coveredUntil);
      return seen.has(callerId) || forgottenAt > coveredUntil;
    },
  };
}
