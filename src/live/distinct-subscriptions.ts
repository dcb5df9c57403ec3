/** Which subscriptions that get the same events, but differ otherwise, each caller has open on this process. */
export type DistinctSubscriptions = {
  /**
   * Adds a subscription of a caller to a conversation, or to all with null. Equal ones have the same key. Returns how to
   * remove it; null if the caller has as many distinct ones there as it may.
   */
  enter: (caller: string, conversationId: string | null, key: string) => (() => void) | null;
};

/**
 * Limits how many distinct subscriptions to the same events a caller may have. Each event is executed for each of them,
 * but only once for equal ones.
 */
export function createDistinctSubscriptions(limit: number): DistinctSubscriptions {
  /** How many equal subscriptions there are by key, by caller and conversation. */
  const open = new Map<string, Map<string, number>>();
  return {
    enter: (caller, conversationId, key) => {
      const place = `${caller} ${conversationId ?? ''}`;
      const counts = open.get(place) ?? new Map<string, number>();
      if (!counts.has(key) && counts.size >= limit) return null;
      open.set(place, counts);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const others = (counts.get(key) ?? 0) - 1;
        if (others > 0) counts.set(key, others);
        else counts.delete(key);
        if (counts.size === 0 && open.get(place) === counts) open.delete(place);
      };
    },
  };
}
