/** The most attempts that run at the same time: for all workspaces together, and for each. */
export type SlotLimits = { total: number; perWorkspace: number };

/** Something that waits for a slot of its workspace. */
type Waiter = {
  workspaceId: string;
  /** Called when a slot may be free; acquires it if it is still needed. */
  fill: () => void;
};

/** A bulkhead: slots in which attempts run. */
export type SlotPool<W extends Waiter> = {
  /** Acquires at most `wanted` slots for a workspace, and returns how many. */
  acquire: (workspaceId: string, wanted: number) => number;
  /** Releases slots of a workspace, and wakes waiters that may have them. */
  release: (workspaceId: string, count: number) => void;
  wait: (waiter: W) => void;
  isWaiting: (waiter: W) => boolean;
};

/**
 * Creates a pool in which no workspace holds more than its share, even while others need no slots: an attempt can hold its
 * slot for many seconds, and those of another workspace should not have to wait for it. Waiting workspaces take turns, and
 * so do the waiters of one workspace.
 */
export function createSlotPool<W extends Waiter>({ total, perWorkspace }: SlotLimits): SlotPool<W> {
  let free = total;
  const held = new Map<string, number>();
  const waiting = new Map<string, Set<W>>();

  const heldBy = (workspaceId: string) => held.get(workspaceId) ?? 0;
  const freeFor = (workspaceId: string) => Math.min(free, perWorkspace - heldBy(workspaceId));

  function hold(workspaceId: string, change: number): void {
    free -= change;
    const count = heldBy(workspaceId) + change;
    if (count === 0) held.delete(workspaceId);
    else held.set(workspaceId, count);
  }

  /** Removes and returns the first waiter that may have a slot; its workspace goes to the end of the line. */
  function next(): W | null {
    for (const [workspaceId, waiters] of waiting) {
      const [first] = waiters;
      if (!first || freeFor(workspaceId) <= 0) continue;
      waiters.delete(first);
      waiting.delete(workspaceId);
      if (waiters.size > 0) waiting.set(workspaceId, waiters);
      return first;
    }
    return null;
  }

  return {
    acquire: (workspaceId, wanted) => {
      const count = Math.max(0, Math.min(wanted, freeFor(workspaceId)));
      hold(workspaceId, count);
      return count;
    },
    release: (workspaceId, count) => {
      hold(workspaceId, -count);
      // Wakes every waiter that may have a slot: one that no longer needs it, being paused for instance, passes it on.
      for (let waiter = next(); waiter; waiter = next()) waiter.fill();
    },
    wait: (waiter) => {
      const waiters = waiting.get(waiter.workspaceId) ?? new Set();
      waiting.set(waiter.workspaceId, waiters.add(waiter));
    },
    isWaiting: (waiter) => waiting.get(waiter.workspaceId)?.has(waiter) ?? false,
  };
}
